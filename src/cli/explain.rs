//! `deblock explain` and `deblock codemods`

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use super::CatalogueArgs;
use crate::catalogue::{Api, Catalogue, Codemod, Threading};
use crate::toml_error::nearest;

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A codemod, such as `requests`, or an api, such as `requests.Session.get`
    #[arg(value_name = "CODEMOD|API")]
    name: Option<String>,
    #[command(flatten)]
    catalogue: CatalogueArgs,
}

#[derive(Debug, Args)]
pub struct CodemodsArgs {
    #[command(flatten)]
    catalogue: CatalogueArgs,
}

pub fn explain(args: &ExplainArgs) -> Result<ExitCode> {
    let catalogue = args.catalogue.load()?;
    let mut out = std::io::stdout().lock();
    let Some(name) = &args.name else {
        list(&catalogue, &mut out)?;
        return Ok(ExitCode::SUCCESS);
    };
    if let Some(codemod) = catalogue.codemod(name) {
        explain_codemod(&catalogue, codemod, &mut out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let apis: Vec<&Api> = apis_called(&catalogue, name);
    if apis.is_empty() {
        let names = catalogue.codemods.iter().map(|codemod| codemod.name.as_str());
        let suggestion = nearest(name, names.chain(catalogue.apis.iter().map(|api| api.name.as_str())))
            .map(|nearest| format!("; did you mean `{nearest}`?"))
            .unwrap_or_default();
        bail!("`{name}` is neither a codemod nor an api of one{suggestion} (`deblock codemods` lists them)");
    }
    for api in apis {
        explain_api(&catalogue, api, &mut out)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn apis_called<'a>(catalogue: &'a Catalogue, name: &str) -> Vec<&'a Api> {
    let exact: Vec<&Api> = catalogue.apis_named(name).iter().map(|index| &catalogue.apis[*index as usize]).collect();
    if !exact.is_empty() {
        return exact;
    }
    // `open` for `builtins.open`; `requests.Session` for all of its methods.
    let is_meant = |api: &&Api| {
        api.name == name
            || api.name.strip_prefix("builtins.") == Some(name)
            || api.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
            || name.rsplit_once('.').is_some_and(|(class, _)| api.name == format!("{class}.*"))
    };
    catalogue.apis.iter().filter(is_meant).collect()
}

fn explain_codemod(catalogue: &Catalogue, codemod: &Codemod, out: &mut impl Write) -> Result<()> {
    writeln!(out, "{}\n", codemod.guide.trim_end())?;
    let position = catalogue.codemods.iter().position(|other| other.name == codemod.name);
    let mut apis: Vec<&Api> = catalogue.apis.iter().filter(|api| Some(api.codemod) == position).collect();
    apis.sort_by(|a, b| a.name.cmp(&b.name));
    apis.dedup_by(|a, b| a.name == b.name);
    if !apis.is_empty() {
        writeln!(out, "Calls that it knows:")?;
    }
    for api in apis {
        writeln!(out, "    {}", api.name)?;
    }
    Ok(())
}

fn explain_api(catalogue: &Catalogue, api: &Api, out: &mut impl Write) -> Result<()> {
    let codemod = &catalogue.codemods[api.codemod];
    writeln!(out, "{}", api.name)?;
    writeln!(out, "    blocks the loop: {}", api.why)?;
    writeln!(out, "    kind {}, severity {}, codemod {}", api.kind.as_str(), api.severity.as_str(), codemod.name)?;
    if let Some(alias) = &api.alias {
        writeln!(out, "    other linters call it {alias}")?;
    }
    if let Some(twin) = api.name.rsplit_once('.').and_then(|(of, _)| catalogue.twin(of)) {
        writeln!(out, "    where only coroutine functions use the object, it becomes one of {}", twin.to)?;
    }
    for (library, target) in codemod.targets.iter().filter(|(_, target)| target.like.is_none()) {
        if let Some(counterpart) = target.counterpart(&api.name) {
            let option = &target.option;
            let when = if target.on_request { "if the configuration says" } else { "with" };
            writeln!(
                out,
                "    swap: `{counterpart}`, {when} `[target] {option} = \"{library}\"`, where all that goes with it has a counterpart"
            )?;
        }
    }
    let treatment = match (&api.swap, api.thread, api.lazy) {
        _ if api.work.is_some() => format!("leave: {}", api.reason.as_deref().unwrap_or("it computes")),
        _ if api.sets_up => "thread: what it sets up works in a thread of its own from then on".to_owned(),
        (Some(swap), _, _) => format!("swap: `await {swap}(…)` takes the same arguments"),
        (None, _, true) => "leave: it returns at once and blocks later, while its result is gone through".to_owned(),
        (None, Threading::Safe, _) => "thread: `await asyncio.to_thread(…)`".to_owned(),
        (None, Threading::Needless, _) => {
            format!("leave: {}", api.reason.as_deref().unwrap_or("it waits for so little that a thread costs more"))
        }
        (None, Threading::Owned, _) => format!(
            "thread, if nothing else uses the object: {}",
            api.reason.as_deref().unwrap_or("it keeps state from call to call")
        ),
        (None, Threading::Never | Threading::Loop, _) => {
            format!("leave: {}", api.reason.as_deref().unwrap_or("it must stay on its thread"))
        }
    };
    writeln!(out, "    {treatment}")?;
    writeln!(out, "    more: deblock explain {}", codemod.name)?;
    Ok(())
}

pub fn codemods(args: &CodemodsArgs) -> Result<ExitCode> {
    let catalogue = args.catalogue.load()?;
    list(&catalogue, &mut std::io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}

fn list(catalogue: &Catalogue, out: &mut impl Write) -> Result<()> {
    let width = catalogue.codemods.iter().map(|codemod| codemod.name.len()).max().unwrap_or_default();
    for codemod in &catalogue.codemods {
        let kinds: Vec<&str> = codemod.kinds.iter().map(|kind| kind.as_str()).collect();
        let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
        writeln!(out, "{:width$}  {}{kinds}", codemod.name, codemod.summary)?;
    }
    Ok(())
}
