//! Makes cargo notice a codemod that was added: the catalogue is embedded in the binary.

fn main() {
    println!("cargo::rerun-if-changed=codemods");
}
