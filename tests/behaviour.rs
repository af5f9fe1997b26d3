//! Runs programs before and after a fix: they must print the same, and what is named here must have left the loop.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use deblock::catalogue::Catalogue;
use deblock::cli::{Overlay, Session};
use deblock::plan::Change;
use deblock::rewrite::Rewriter;
use proptest::sample::subsequence;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

mod support;

use support::{copy_tree, deblock, python};

struct Run {
    stdout: String,
    code: Option<i32>,
    blocked: Vec<String>,
}

fn run(folder: &Path) -> Run {
    let report = folder.with_extension("blocked");
    let watch = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour/watch.py");
    let output: Output = Command::new(python())
        .arg(watch)
        .arg(&report)
        .arg(folder.join("main.py"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("Python starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {stderr}", folder.display());
    Run {
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        code: output.status.code(),
        blocked: fs::read_to_string(&report).expect("the report is there").lines().map(str::to_owned).collect(),
    }
}

/// The program before and after a fix.
fn migrate(name: &str) -> (Run, Run, PathBuf) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour").join(name);
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("behaviour").join(name);
    let _ = fs::remove_dir_all(&work);
    let (before, after) = (work.join("before"), work.join("after"));
    copy_tree(&source, &before);
    copy_tree(&source, &after);
    let first = run(&before);
    let output = deblock(&after, &["fix", "--yes", "."]);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    let fixed = support::sources(&after);
    deblock(&after, &["fix", "--yes", "."]);
    assert_eq!(fixed, support::sources(&after), "{name}: a second fix changes something");
    let second = run(&after);
    assert_eq!(first.stdout, second.stdout, "{name}: the fixed program prints something else");
    assert_eq!(first.code, second.code);
    (first, second, after)
}

/// The main module of a program that was fixed.
fn fixed(name: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("behaviour").join(name).join("after");
    fs::read_to_string(folder.join("main.py")).expect("the program is there")
}

/// The fixed program no longer blocks its loop at all.
fn is_deblocked(name: &str) {
    let (before, after, _) = migrate(name);
    assert!(!before.blocked.is_empty(), "{name} does not block to begin with");
    assert_eq!(after.blocked, Vec::<String>::new(), "{name} still blocks its loop");
}

/// The program is left exactly as it is.
fn is_left(name: &str) {
    let (_, _, folder) = migrate(name);
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour").join(name);
    assert_eq!(support::sources(&source), support::sources(&folder), "{name} was changed");
}

/// A function that a part of a coroutine becomes gives back what is read behind it, and has for itself what is not.
#[test]
fn names_of_parts() {
    let (_, _, folder) = migrate("own_names");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("def blocking(") && !fixed.contains("nonlocal target"), "{fixed}");
}

/// What the program imports is no test, whatever its name: what that sets other tasks may find.
#[test]
fn imported_tests() {
    is_left("imported_tests");
}

/// What the whole process has one of, and no variable holds, is asked for and changed in one step for all tasks.
#[test]
fn process_state() {
    is_left("process_state");
}

/// An await counts as passed only where every way leads through it: not in another branch, a handler or a round that is not run.
#[test]
fn other_ways() {
    is_left("other_ways");
}

/// What coroutines do in one go with those who await them, and with what a manager of theirs changes, stays one step.
#[test]
fn awaited_together() {
    is_left("awaited_together");
}

/// Where every run comes by an await in between, or lets others in before and behind what counts, one more changes nothing.
#[test]
fn passed_in_any_case() {
    is_deblocked("passed_in_any_case");
}

/// What a function has under two names is one thing; lines that a thread adds one by one stay together.
#[test]
fn other_names() {
    migrate("other_names");
}

/// A port is asked, and a process started because of that, in one step for all tasks.
#[test]
fn started_once() {
    migrate("started_once");
    let fixed = fixed("started_once");
    assert!(fixed.contains("await _in_turn(ensure, port)"), "{fixed}");
}

/// A second cancellation does not take what waits for its turn out of the queue.
#[test]
fn queued_cleanup() {
    migrate("queued_cleanup");
    assert!(fixed("queued_cleanup").contains("await _in_turn(os.remove, path)"));
}

/// A package with a `setup.py` in it is imported by its name.
#[test]
fn packages_with_a_setup_script() {
    let (_, _, folder) = migrate("set_up_inside");
    assert!(folder.join("shop/in_turn.py").is_file());
}

/// Helpers become coroutine functions where all that blocks below them has an async twin; what is read before an await and
/// written after it is read after it.
#[test]
fn colour() {
    is_deblocked("colour");
}

/// Generators that block become asynchronous: what goes through them does too, stops where it did, and cleans up where it did.
#[test]
fn generators() {
    is_deblocked("generators");
}

#[test]
fn managers_that_generators_make() {
    is_deblocked("managers");
}

/// What a mixin has from the classes that it is mixed into, what an override does with a function, tables of other modules, and
/// defaults that a call makes.
#[test]
fn mixed_in() {
    is_deblocked("mixed_in");
}

/// Rows of a csv file are fetched some at a time, and what goes wrong comes behind those before it.
#[test]
fn rows_of_a_csv_file() {
    is_deblocked("csv_rows");
}

/// What computes goes to other processes where that is asked for: functions at the top of a module, with plain data, which only compute.
#[test]
fn in_process() {
    let (_, _, folder) = migrate("in_process");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert_eq!(fixed.matches("await in_process(").count(), 5, "{fixed}");
}

/// A process is not forked by a thread, which would be all that is there of the program in the child; it may be waited for.
#[test]
fn processes_that_are_forked() {
    let (_, _, folder) = migrate("forked");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert_eq!(fixed.matches("to_thread(process.start)").count(), 1, "only what is spawned: {fixed}");
    assert_eq!(fixed.matches("join").count(), fixed.matches("to_thread(process.join)").count() + 2, "{fixed}");
}

/// Methods that override each other change together, also those that do not block.
#[test]
fn families() {
    let (_, after, folder) = migrate("families");
    assert_eq!(after.blocked, Vec::<String>::new());
    let fixed = fs::read_to_string(folder.join("channels.py")).expect("the program is there");
    assert!(fixed.contains("async def send_all(") && fixed.contains("    def send(self, text, stop"));
}

/// How often a loop slept. Its debug mode, which unittest has on, opens files.
fn sleeps(run: &Run) -> usize {
    run.blocked.iter().filter(|line| line.ends_with("time.sleep")).count()
}

/// Tests change with the functions that they call, and find what they found: their classes, what runs around them, and what makes
/// their arguments.
#[test]
fn tests_with_unittest() {
    let (before, after, folder) = migrate("tests_unittest");
    assert!(!before.blocked.is_empty());
    assert_eq!(sleeps(&after), 0);
    let fixed = fs::read_to_string(folder.join("test_prices.py")).expect("the program is there");
    assert!(fixed.contains("class Base(IsolatedAsyncioTestCase)") && fixed.contains("async def asyncSetUp("));
    assert!(fixed.contains("async def test_total(") && fixed.contains("    def test_arithmetic("));
}

#[test]
fn tests_with_pytest() {
    let (before, after, folder) = migrate("tests_pytest");
    assert!(!before.blocked.is_empty());
    assert_eq!(sleeps(&after), 0);
    let fixed = fs::read_to_string(folder.join("test_prices.py")).expect("the program is there");
    assert!(fixed.contains("@pytest.mark.asyncio\nasync def test_none(") && fixed.contains("\ndef test_first("));
}

/// What tests put in the place of functions and objects is no coroutine function: those stay what they are, and go to threads.
#[test]
fn tests_with_doubles() {
    let (before, after, folder) = migrate("tests_doubles");
    assert!(!before.blocked.is_empty());
    assert_eq!(sleeps(&after), 0);
    let fixed = fs::read_to_string(folder.join("stores.py")).expect("the program is there");
    assert!(!fixed.contains("async def"));
}

/// `any`, `all` and `next` still stop at the first item that counts.
#[test]
fn generator_expressions() {
    is_deblocked("genexps");
}

/// Any of the changes may be declined: what remains does the same.
#[test]
fn any_subset_of_the_changes() {
    let catalogue = Arc::new(Catalogue::load(&[]).expect("the built-in codemods load"));
    let mut runner = TestRunner::deterministic();
    for name in
        ["colour", "deeper", "families", "generators", "genexps", "helpers", "kept_by_locks", "managers", "precedence"]
    {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour").join(name);
        let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("subsets").join(name);
        let _ = fs::remove_dir_all(&work);
        let before = work.join("before");
        copy_tree(&source, &before);
        let mut files: Vec<PathBuf> = support::sources(&before).keys().map(|file| before.join(file)).collect();
        files.sort();
        let expected = run(&before).stdout;
        let session = Session::of_files(Arc::clone(&catalogue), before.clone(), files);
        let outcome = session.run(&Overlay::default()).expect("the program can be looked at");
        let rewriter = Rewriter::new(&outcome.project, &catalogue, session.style(&outcome.project));
        let changes = &outcome.plan.changes;
        let numbers: Vec<usize> = (0..changes.len()).collect();
        assert!(!changes.is_empty(), "{name} has no changes");
        for number in 0..3 {
            let some = subsequence(numbers.clone(), 0..=changes.len());
            let some = some.new_tree(&mut runner).expect("a subset").current();
            let some: Vec<&Change> = some.into_iter().map(|number| &changes[number]).collect();
            let after = work.join(format!("after{number}"));
            copy_tree(&source, &after);
            for file in rewriter.rewrite(&some).0 {
                let target = after.join(file.path.file_name().expect("a file has a name"));
                fs::write(target, &file.after).expect("a file can be written");
            }
            assert_eq!(expected, run(&after).stdout, "{name}: {} of {} changes", some.len(), changes.len());
        }
    }
}

/// What changes what tasks share stays on the loop, and what blocks below it goes to threads.
#[test]
fn threads_further_down() {
    let (_, after, folder) = migrate("deeper");
    assert_eq!(after.blocked, Vec::<String>::new());
    let fixed = fs::read_to_string(folder.join("book.py")).expect("the program is there");
    assert!(fixed.contains("        await self._write(line)"));
}

#[test]
fn helpers_methods_and_bases() {
    is_deblocked("helpers");
}

#[test]
fn precedence_and_order() {
    is_deblocked("precedence");
}

#[test]
fn exceptions_are_caught_where_they_were() {
    is_deblocked("failures");
}

#[test]
fn what_runs_in_threads_is_left() {
    is_left("barriers");
}

/// Locks that nobody has for long, queues that are not empty, names that are bound again.
#[test]
fn what_never_waits_is_left() {
    is_left("never_waits");
}

#[test]
fn state_shared_by_tasks_stays_whole() {
    is_deblocked("shared_state");
}

/// Check-then-act stays one step for all tasks, by a lock: caches, serial numbers, flags, with the writes that wait for their turn.
#[test]
fn state_that_locks_keep() {
    is_deblocked("read_as_arguments");
    is_deblocked("kept_by_locks");
}

/// The same of what objects keep that others find under a name, and change by their methods.
#[test]
fn state_of_objects_that_locks_keep() {
    is_deblocked("kept_by_objects");
}

/// A file that a task has found is not taken away by another one before it is used.
#[test]
fn files_that_are_taken_away() {
    migrate("vanishing");
}

/// What a class keeps for all of its objects has a lock of the class, or is worked on by one thread.
#[test]
fn state_of_classes_that_locks_keep() {
    is_deblocked("kept_by_classes");
    is_left("beyond_class_locks");
}

/// Objects that are changed from where nobody can wait, or exchanged, or whose content gets out, have no lock.
#[test]
fn objects_that_no_lock_keeps() {
    is_left("beyond_object_locks");
}

/// A clock is asked under the lock, or what it said would be long past.
#[test]
fn clocks_under_locks() {
    is_deblocked("paced");
}

/// Where a lock would change what other code sees, or could be waited for by who holds it, nothing is done.
#[test]
fn state_that_no_lock_keeps() {
    is_left("beyond_locks");
}

/// A look whether a folder is there, before it is made if it is not, is no reading of what is written; a copy only reads its source.
#[test]
fn folders_that_tasks_make() {
    is_deblocked("makes_folders");
}

#[test]
fn what_is_gone_through_goes_to_a_thread_as_a_whole() {
    is_deblocked("lazy");
}

/// Those who install a package call its functions: only private ones change their colour, unless the configuration says otherwise.
#[test]
fn public_functions_of_a_package_stay() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file can be written");
    fs::create_dir(folder.path().join("pkg")).expect("a folder can be made");
    write("pyproject.toml", "[build-system]\nrequires = []\n");
    write("pkg/__init__.py", "");
    let helpers = "def pause():\n    time.sleep(1)\n\n\ndef _pause():\n    time.sleep(1)\n\n\n";
    write("pkg/pause.py", &format!("import time\n\n\n{helpers}async def main():\n    pause()\n    _pause()\n"));
    let diff = || String::from_utf8_lossy(&deblock(folder.path(), &["fix", "--diff", "."]).stdout).into_owned();
    let kept = diff();
    assert!(kept.contains("+    await asyncio.to_thread(pause)") && kept.contains("+    await _pause()"), "{kept}");
    write("deblock.toml", "[colour]\npublic = \"convert\"\n");
    assert!(diff().contains("+async def pause():"));
}

#[test]
fn locks_of_coroutines() {
    let (_, after, folder) = migrate("locks");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(
        fixed.contains("self._lock = asyncio.Lock()") && fixed.contains("self._own: asyncio.Lock = asyncio.Lock()")
    );
    assert!(fixed.contains("self.lock = Lock()"));
    assert_eq!(after.blocked, Vec::<String>::new());
}

#[test]
fn decorators_that_block() {
    is_deblocked("decorated");
}

#[test]
fn steps_of_loops_and_managers_around_awaits() {
    is_deblocked("steps");
}

/// Handlers that write go behind a queue: no line is lost, and each file has the same lines in the same order.
#[test]
fn log_handlers_behind_a_queue() {
    let (_, _, folder) = migrate("log_lines");
    let fixed = fs::read_to_string(folder.join("setup_logging.py")).expect("the program is there");
    assert!(fixed.ends_with("    log_in_a_thread()\n"));
}

#[test]
fn functions_that_are_handed_to_other_modules() {
    is_deblocked("handed_on");
}

#[test]
fn parts_that_no_call_stands_for_go_to_a_thread() {
    is_deblocked("blocks");
}

#[test]
fn a_file_that_is_read_and_written_stays_whole() {
    migrate("rewrites_file");
}

/// What a generator reads and writes before its `with` runs it does not do again when that ends.
#[test]
fn a_lock_file_around_a_block() {
    is_deblocked("lock_files");
}

/// What tasks do to files stays in order, and what a cache keeps is worked out once.
#[test]
fn files_that_tasks_share() {
    is_deblocked("turns");
    is_deblocked("between_modules");
}

/// What the whole process has is changed for a while: nothing may give the loop back meanwhile.
#[test]
fn what_the_process_lends() {
    is_left("lent");
}

/// What calls look at beside their arguments is what the same task has set: nobody else comes in between.
#[test]
fn what_calls_look_at_beside_their_arguments() {
    migrate("observed");
}

/// A thread does not write the file that the loop still reads.
#[test]
fn files_that_stay_on_the_loop() {
    let (_, after, _) = migrate("half_written");
    assert!(after.blocked.iter().any(|line| line.contains("main.py:17")), "{:?}", after.blocked);
}

#[test]
fn iterators_that_block_later() {
    is_deblocked("iterators");
}

#[test]
fn state_of_the_process_and_of_threads() {
    migrate("process_wide");
}

/// Handlers that are set up at import go behind a queue too; what is logged at exit is not lost.
#[test]
fn log_handlers_that_are_set_up_early() {
    let (_, _, folder) = migrate("early_logs");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("\nlog_in_a_thread()\n"));
}

/// A test has its loop to itself: only what becomes a coroutine function below it changes it.
#[test]
fn tests_that_block_themselves() {
    is_deblocked("tests_alone");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("behaviour/tests_alone/after");
    let fixed = fs::read_to_string(folder.join("tests/test_readings.py")).expect("the tests are there");
    assert!(
        fixed.contains("        time.sleep(0.01)\n        self.assertEqual(await latest(\"east\"), 4)\n"),
        "{fixed}"
    );
    assert!(fixed.contains("self.assertEqual(oldest(\"east\"), -4)\n"), "{fixed}");
}

/// Modules that set up a log each share the thread that writes.
#[test]
fn log_handlers_of_several_modules() {
    let (_, after, folder) = migrate("log_in_modules");
    let fixed = fs::read_to_string(folder.join("shop/stock.py")).expect("the program is there");
    assert!(fixed.contains("from .log_thread import log_in_a_thread\n"));
    assert!(folder.join("shop/log_thread.py").exists());
    assert_eq!(after.blocked, Vec::<String>::new());
}

/// Handlers find the context variables of the task that logs.
#[test]
fn log_handlers_in_their_context() {
    let (_, _, folder) = migrate("log_in_context");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("\n    log_in_a_thread()\n"));
}

/// Formatters read what never changes from the context of the task that logs.
#[test]
fn log_formatters_in_their_context() {
    let (_, _, folder) = migrate("log_formats_context");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("\n    log_in_a_thread()\n"));
    is_left("log_context_changes");
}

/// Filters run where a record is made, and what they and the formatters find in it is what they found.
#[test]
fn log_filters_and_formatters() {
    let (_, _, folder) = migrate("log_filters");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("\n    log_in_a_thread()\n"));
}

#[test]
fn connections_of_helpers() {
    let (_, _, folder) = migrate("own_connections");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert_eq!(fixed.matches("await asyncio.to_thread(").count(), 4);
}

#[test]
fn connections_stay_on_their_thread() {
    migrate("owned");
}

/// What is read from a database and then changed loses no update: the threads take turns.
#[test]
fn rows_that_are_read_and_changed() {
    let (_, _, folder) = migrate("read_and_changed");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    for call in ["orchard.pick, name, 1", "orchard.graft, name", "orchard.note, \"windfall\", number"] {
        assert!(fixed.contains(&format!("await in_turn({call})")), "{fixed}");
    }
}

/// A connection that is kept is made and used by one thread, with its cursors.
#[test]
fn connections_that_are_kept() {
    let (_, _, folder) = migrate("kept_connection");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert_eq!(fixed.matches("await in_turn(").count(), 7);
}

/// A connection that is reached through a method which is found by its name, and through one that a variable holds.
#[test]
fn a_connection_by_name() {
    let (_, _, folder) = migrate("connection_by_name");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert_eq!(fixed.matches("await in_turn(").count(), 4, "{fixed}");
}

#[test]
fn connections_that_are_opened_later() {
    let (_, _, folder) = migrate("opened_later");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert_eq!(fixed.matches("in_turn(").count(), 5, "{fixed}");
}

/// Connections that are taken out of a queue and brought back, by code that is handed the pool.
#[test]
fn connections_on_a_shelf() {
    is_deblocked("shelved");
}

/// What decorators register, what is put into attributes and tables, what setters and dataclasses run.
#[test]
fn registries_and_other_hidden_calls() {
    let (before, after, _) = migrate("registries");
    assert!(!before.blocked.is_empty());
    assert_eq!(after.blocked, Vec::<String>::new());
}

/// What objects are made with and what makes it, classes that are registered, stand-ins, descriptors, managers as decorators.
#[test]
fn hidden_calls() {
    is_deblocked("hidden_calls");
}

/// What is found in the same ways, but works on what tasks share or on the loop.
#[test]
fn hidden_calls_on_shared_state() {
    is_left("hidden_state");
}

/// What a session keeps of an answer, what its subclass, a hook or an authentication counts, and what a logger's adapter does, is no
/// other task's in between.
#[test]
fn what_libraries_keep() {
    let (_, _, folder) = migrate("kept_by_libraries");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("    SESSION.get(f\"{URL}/login{number}\").raise_for_status()\n    return "), "{fixed}");
}

/// Sessions, responses and exceptions of requests become those of httpx, through attributes, parameters and helpers.
#[test]
fn requests_through_httpx() {
    let (before, after, folder) = migrate("http");
    assert!(!before.blocked.is_empty());
    assert_eq!(after.blocked, Vec::<String>::new());
    for file in ["main.py", "weather.py"] {
        let fixed = fs::read_to_string(folder.join(file)).expect("the program is there");
        assert!(!fixed.contains("requests."), "{file} still uses requests:\n{fixed}");
    }
}

/// Operators, tests, texts, unpacking and what the standard library's classes call on the objects of the program.
#[test]
fn special_methods() {
    is_deblocked("special_methods");
}

/// Functions that go to others in arguments, tables, partials and by name; one that needs the loop stays on it.
#[test]
fn callables() {
    is_deblocked("callables");
}

/// What a method registers, also as a decorator that is a lambda, or that is an object; tables of other modules; names that callers spell.
#[test]
fn registered() {
    is_deblocked("registered");
}

/// What a library calls on the loop, and awaits where it can, becomes a coroutine function; what it cannot await stays.
#[test]
fn answered() {
    let (_, after, folder) = migrate("answered");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    for function in ["read_it", "count", "both", "tick", "on_show", "get"] {
        assert!(fixed.contains(&format!("async def {function}(")), "{fixed}");
    }
    assert_eq!(after.blocked.len(), 1, "{:?}", after.blocked);
}

/// Timers of the loop start tasks; one that is cancelled while its function waits is not set again.
#[test]
fn timers() {
    is_deblocked("timers");
}

/// Endpoints that await nothing become plain functions where the configuration says so, if threads may run them.
#[test]
fn dropped() {
    let (_, _, folder) = migrate("dropped");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    for kept in ["\nasync def read_slow", "\ndef read_far", "\nasync def read_counted", "\nasync def read_both"] {
        assert!(fixed.contains(kept), "{kept}: {fixed}");
    }
}

/// What the lifespan of an application yields comes out of the state of its requests; a `with` makes and enters what blocks both times.
#[test]
fn lifespan_state() {
    let (_, after, folder) = migrate("lifespan");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("await _in_turn(request.state.shelf.put"), "{fixed}");
    // The framework itself imports something for the first request.
    let is_own = |line: &&String| {
        let number = line.split([':', ' ']).nth(1).and_then(|number| number.parse::<usize>().ok()).unwrap_or_default();
        !fixed.lines().nth(number.saturating_sub(1)).is_some_and(|text| text.trim_start().starts_with("await app("))
    };
    assert_eq!(after.blocked.iter().filter(is_own).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn values_of_functions_without_annotations() {
    is_deblocked("untyped");
}

/// The end of an iterator comes out of a thread as it comes out of a coroutine.
#[test]
fn ends_of_iterators() {
    is_deblocked("ends");
}

/// What a framework makes for a call may be used by a thread that the call waits for.
#[test]
fn dependencies_of_endpoints() {
    let (_, after, _) = migrate("injected");
    // What the client of the test reads when it is made is no concern of the program's.
    assert!(!after.blocked.iter().any(|line| line.contains("sleep")), "{:?}", after.blocked);
}

/// Handlers of the program's own, made where no other is: what blocks moves, what the program keeps in order stays.
#[test]
fn log_handlers_of_the_program() {
    let (_, after, folder) = migrate("log_own_handlers");
    let fixed = fs::read_to_string(folder.join("handlers.py")).expect("the program is there");
    assert!(fixed.ends_with("    log_in_a_thread()\n"));
    assert!(!after.blocked.iter().any(|line| line.contains("sleep")), "{:?}", after.blocked);
}

/// A handler that uses what only one thread may use stays where it is.
#[test]
fn log_handlers_of_one_thread() {
    is_left("log_bound");
}

/// However a program ends, and whatever it does with its handlers when the loop is over, it finds what it found.
#[test]
fn log_endings() {
    let (_, _, folder) = migrate("log_endings");
    let fixed = fs::read_to_string(folder.join("worker.py")).expect("the program is there");
    assert!(fixed.contains("            self.handlers.append(handler)\n        log_in_a_thread()\n"));
}

/// Tasks and threads that log at once lose no line, and none changes its place among those of its task or thread, through each kind of
/// handler and however the program ends. `LOG_LINES` says how many lines each of them logs.
#[test]
fn log_stress() {
    let (_, _, folder) = migrate("log_stress");
    let fixed = fs::read_to_string(folder.join("worker.py")).expect("the program is there");
    assert!(fixed.contains("log_in_a_thread()\nlog.propagate = False\n"), "{fixed}");
}

/// A helper that several modules need is in a module of its own, from which they import it.
#[test]
fn helpers_in_common() {
    let (_, after, folder) = migrate("helpers_in_common");
    assert_eq!(after.blocked, Vec::<String>::new());
    let helper = fs::read_to_string(folder.join("house/in_threads.py")).expect("the helper is there");
    assert_eq!(
        helper.matches("async def in_threads(manager: contextlib.AbstractContextManager[T])").count(),
        1,
        "{helper}"
    );
}

/// Files that are open around code that awaits go through aiofiles where that can do all that is done with them; one task fails, one
/// is cancelled, and some append to one file.
#[test]
fn open_files() {
    let (before, after, folder) = migrate("open_files");
    assert!(!before.blocked.is_empty());
    assert_eq!(after.blocked, Vec::<String>::new());
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert_eq!(fixed.matches("executor=_in_turn.thread) as ").count(), 7, "{fixed}");
    assert_eq!(fixed.matches("in _lines_in_turn(f):").count(), 2, "{fixed}");
}

/// What a helper looks at, it finds where it runs: the exception that its caller handles, its callers, its thread.
#[test]
fn stacks() {
    is_deblocked("stacks");
}

/// StopIteration that leaves a function, and is caught above, leaves neither a coroutine nor a thread.
#[test]
fn stop_iteration_comes_out_where_it_did() {
    is_left("stops");
}

/// A program that shows its exceptions, or what led to them, goes on showing those of requests; and no client is open while a generator
/// has yielded.
#[test]
fn exceptions_that_are_shown() {
    let (before, after, folder) = migrate("http_errors");
    assert!(!before.blocked.is_empty());
    assert_eq!(after.blocked, Vec::<String>::new());
    let fixed = fs::read_to_string(folder.join("shop.py")).expect("the program is there");
    let moved = "            response = await client.get(f\"{base}/{name}\")\n        yield response.status_code";
    assert!(fixed.contains(moved), "{fixed}");
    assert!(!fixed.contains("            yield"), "{fixed}");
    assert!(fixed.contains("return not response.is_error\n    except WORTH_A_RETRY:"), "{fixed}");
    let causes = fs::read_to_string(folder.join("causes.py")).expect("the program is there");
    assert!(causes.contains("requests.Timeout,\n    httpx.TimeoutException,"), "{causes}");
}

/// Exceptions keep being told apart by tuples of classes, by tests of their class, and by what suppresses them; a response goes with what is raised.
#[test]
fn exceptions_that_are_named() {
    let (before, after, folder) = migrate("http_named");
    assert!(!before.blocked.is_empty());
    assert_eq!(after.blocked, Vec::<String>::new());
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(!fixed.contains("to_thread"), "{fixed}");
    assert!(fixed.contains("raise requests.HTTPError(\"bad\", response=answer)"), "{fixed}");
}

/// What a request raises is seen as before by managers, decorators, and by who awaits a task that somebody else has made.
#[test]
fn exceptions_that_others_see() {
    let (before, after, folder) = migrate("http_watched");
    assert!(!before.blocked.is_empty());
    assert_eq!(after.blocked, Vec::<String>::new());
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("the program is there");
    let guard = read("guard.py");
    assert!(!guard.contains("except requests.ConnectionError as"), "{guard}");
    assert!(read("main.py").contains("await client.get(f\"{DOWN}/rating/{name}\")"));
    assert!(read("quiet.py").contains("with suppress(OSError, httpx.HTTPError, httpx.InvalidURL):"));
    assert!(read("quiet.py").contains("len((await asyncio.to_thread(requests.get, url)).content)"));
    assert!(read("tasks.py").contains("except (OSError, httpx.HTTPError, httpx.InvalidURL):"));
}

/// What a task raises is caught wherever it is waited for, and above that.
#[test]
fn exceptions_of_tasks() {
    let (before, after, folder) = migrate("http_away");
    assert!(!before.blocked.is_empty());
    assert_eq!(after.blocked, Vec::<String>::new());
    for name in ["main.py", "jobs.py"] {
        let fixed = fs::read_to_string(folder.join(name)).expect("the program is there");
        assert!(!fixed.contains("to_thread") && !fixed.contains("requests."), "{fixed}");
    }
}

/// What an `except` clause catches ends there, unless it is raised again, be it by another name; bases of the exceptions of requests
/// catch those of httpx as well.
#[test]
fn exceptions_that_end() {
    let (before, after, folder) = migrate("http_caught");
    assert!(!before.blocked.is_empty());
    assert_eq!(after.blocked, Vec::<String>::new());
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert_eq!(fixed.matches("to_thread").count(), 1, "{fixed}");
    assert!(fixed.contains("except ValueError as error:\n        # Never one of those above."), "{fixed}");
    assert!(fixed.contains("except (ValueError, httpx.InvalidURL, httpx.UnsupportedProtocol):"), "{fixed}");
}

/// What tests put in the place of a function or a session of requests is called as before.
#[test]
fn doubles_of_requests() {
    let (before, after, folder) = migrate("http_doubled");
    assert!(!before.blocked.is_empty());
    assert_eq!(after.blocked, Vec::<String>::new());
    let client = fs::read_to_string(folder.join("client.py")).expect("the program is there");
    assert!(client.contains("get, f\"{DOWN}/{name}\"") && client.contains("self.session.get,"), "{client}");
    assert!(client.contains("await client.post("), "{client}");
}

/// Tests that replace requests in one way or another, or what gives a response of it, find what they found.
#[test]
fn tests_that_replace_requests() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour/http_replaced");
    let cases = fs::read_dir(source.join("cases")).expect("the cases are there").flatten();
    for case in cases.map(|case| case.path()).filter(|case| case.extension().is_some_and(|extension| extension == "py"))
    {
        let name = case.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("http_replaced").join(&name);
        let _ = fs::remove_dir_all(&work);
        let (before, after) = (work.join("before"), work.join("after"));
        for folder in [&before, &after] {
            fs::create_dir_all(folder).expect("a folder can be made");
            for file in ["client.py", "fakes.py", "main.py"] {
                fs::copy(source.join(file), folder.join(file)).expect("a file can be copied");
            }
            fs::copy(&case, folder.join("test_client.py")).expect("a file can be copied");
        }
        deblock(&after, &["fix", "--yes", "."]);
        assert_eq!(run(&before).stdout, "passed\n", "{name}");
        assert_eq!(run(&after).stdout, "passed\n", "{name}");
        let client = fs::read_to_string(after.join("client.py")).expect("the program is there");
        let is_free = ["nothing_of_it", "another_function"].contains(&name.as_str());
        assert_eq!(client.contains("httpx"), is_free, "{name}: {client}");
        assert_ne!(client.contains("to_thread"), client.contains("httpx"), "{name}: {client}");
    }
}

/// What urllib answers is read in threads, wherever it is read.
#[test]
fn answers_of_urllib() {
    is_deblocked("urls");
}

/// Remarks may show other exceptions, and nothing else may; what httpx raises already is not met by what requests raised.
#[test]
fn exceptions_in_remarks() {
    let (before, after, folder) = migrate("http_remarks");
    assert!(!before.blocked.is_empty());
    assert_eq!(after.blocked, Vec::<String>::new());
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("the program is there");
    let main = read("main.py");
    assert_eq!(main.matches("to_thread").count(), 1, "{main}");
    assert!(main.contains("asyncio.to_thread(requests.get, f\"{DOWN}/{name}\", timeout=5)\n    except requests.RequestException as error:\n        message"), "{main}");
    let both = read("both.py");
    assert_eq!(both.matches("to_thread").count(), 2, "{both}");
    assert!(!read("again.py").contains("to_thread") && !read("jobs.py").contains("to_thread"));
}

/// Bodies that are gone through while they come give the same pieces and lines; where that is not known, a thread does all of it.
#[test]
fn bodies_that_are_gone_through() {
    let (before, after, folder) = migrate("http_streams");
    assert!(!before.blocked.is_empty());
    assert_eq!(after.blocked, Vec::<String>::new());
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("async with session.stream(\"GET\", url) as answer:"), "{fixed}");
    assert!(fixed.contains("async for line in _lines(answer):"), "{fixed}");
    assert!(fixed.contains("def blocking():\n            with requests.get(url, stream=True) as answer:"), "{fixed}");
}

/// Files go through httpx where it sends the same bytes, and where they are in memory.
#[test]
fn files_in_forms() {
    let (before, after, folder) = migrate("http_files");
    assert!(!before.blocked.is_empty());
    assert_eq!(after.blocked, Vec::<String>::new());
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    let (exact, other) = fixed.split_once("# From here on").expect("the comment is there");
    assert!(!exact.contains("requests.") && !other.contains("httpx."), "{fixed}");
}

/// Arguments that come by `**` are followed to where they are written, and written there as httpx takes them.
#[test]
fn arguments_that_are_handed_on() {
    let (before, after, folder) = migrate("http_forwarded");
    assert!(!before.blocked.is_empty());
    assert_eq!(after.blocked, Vec::<String>::new());
    let client = fs::read_to_string(folder.join("client.py")).expect("the program is there");
    assert!(client.contains("await self._call(\"GET\", \"moved\", follow_redirects=False)"), "{client}");
    assert_eq!(client.matches("requests.").count(), 2, "{client}");
}

/// What is called again when it fails may be a coroutine function; what is asked whether it should be sees other exceptions then.
#[test]
fn calls_that_are_made_again() {
    let (before, after, folder) = migrate("http_retried");
    assert!(!before.blocked.is_empty());
    assert_eq!(after.blocked, Vec::<String>::new());
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("await path(url)") && fixed.contains("await status(url)"), "{fixed}");
    assert!(
        fixed.contains("asyncio.to_thread(size, url)") && fixed.contains("asyncio.to_thread(length, url)"),
        "{fixed}"
    );
}

/// What a task writes to one file between two awaits is not parted by what other tasks write; what runs before there is another task
/// takes no turns.
#[test]
fn lines_that_belong_together() {
    is_deblocked("lines");
    let (_, _, folder) = migrate("lines");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("await asyncio.to_thread(LOG.write_text") && fixed.contains("await _in_turn(blocking)"));
}

/// What is written to a file that stays open on the loop stays there as well.
#[test]
fn lines_of_a_file_that_is_left() {
    is_left("lines_left");
}

/// What a function fills before it reads it may be filled in any thread, but not used by two. What is counted or collected stays on the
/// thread of the loop.
#[test]
fn values_of_threads() {
    is_deblocked("own_values");
    is_deblocked("own_counts");
}

/// What is called stands in containers inside containers.
#[test]
fn tables_in_tables() {
    is_deblocked("nested_tables");
}

/// Objects that methods, decorators, lists and a network pass along are new each time.
#[test]
fn passed_along() {
    is_deblocked("passed_along");
}

/// What else reads and runs, beside what one thread does in turn.
#[test]
fn beside_turns() {
    let (_, after, _) = migrate("counted_late");
    let is_ours = |line: &String| line.contains("sleep") || line.contains("Popen");
    assert!(!after.blocked.iter().any(is_ours), "{:?}", after.blocked);
}

/// Where the working folder changes while the loop runs, threads would open other files.
#[test]
fn folders_that_change() {
    is_left("moved_about");
}

/// One object, list, queue or flag for all tasks, though it looks like one of each.
#[test]
fn one_for_all() {
    migrate("one_for_all");
}

/// Objects of one task each, which hold what all tasks share.
#[test]
fn made_with() {
    migrate("made_with");
}

/// Objects that one task has alone, and some that only look like it.
#[test]
fn one_task_each() {
    let (_, _, folder) = migrate("one_task_each");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("first = await mine.read(1)"), "{fixed}");
    assert!(fixed.contains("log.write(text)") && fixed.contains("return board.pin()"), "{fixed}");
}

/// State that is read and written where nothing is called.
#[test]
fn implied() {
    migrate("implied");
}

/// What decorators keep, what copies share, and files whose paths methods make.
#[test]
fn kept_by_decorators() {
    migrate("kept_by_decorators");
}

/// What is used under a thread lock only is safe in threads.
#[test]
fn state_under_a_thread_lock() {
    is_deblocked("throttle");
}

/// Coroutine functions that are given to what awaits them, asynchronous managers and `anext` start no tasks.
#[test]
fn programs_with_one_task() {
    is_deblocked("one_task");
    let (_, _, folder) = migrate("one_task");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("asyncio.to_thread(os.mkdir") && !fixed.contains("_in_turn"));
}

/// What is kept by the only task is kept in a thread as well, whatever makes entries and fields on the way.
#[test]
fn counts_of_one_task() {
    is_deblocked("one_task_counts");
}

/// A module that cannot be told by its name may need the loop's thread.
#[test]
fn modules_by_name() {
    is_left("plugins");
}

/// A stack of managers, and several managers of one `with`, are entered and left in threads around what awaits.
#[test]
fn managers_around_awaits() {
    is_deblocked("entered");
}

/// Objects whose methods Python calls itself, and that use what tasks share, are entered and gone through asynchronously.
#[test]
fn entered_and_gone_through_asynchronously() {
    is_deblocked("entered_async");
}

/// What calls handlers of all kinds awaits those that became coroutine functions.
#[test]
fn handlers_of_all_kinds() {
    is_deblocked("handlers");
}

/// What comes out of a queue or a list that is a parameter, put in by whoever else has it.
#[test]
fn what_queues_hold() {
    is_deblocked("queued");
}

/// What comes out of a pool that holds what was put into it, and what is given to functions of a table.
#[test]
fn pools_and_tables() {
    let (_, _, folder) = migrate("pooled");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert_eq!(fixed.matches("await asyncio.to_thread(").count(), 5, "{fixed}");
}

/// Modules that take turns with each other share a helper, which they import as they do all else: by where they are.
#[test]
fn turns_in_a_package() {
    is_deblocked("packaged");
    let (_, _, folder) = migrate("packaged");
    let fixed = fs::read_to_string(folder.join("till/desk.py")).expect("the program is there");
    assert!(fixed.contains("from .in_turn import in_turn") && fixed.contains("await in_turn(DRAWER.last)"));
}

/// State that only one thread works on stays consistent there; where the loop looks at more than a count of it, it stays.
#[test]
fn state_in_turn() {
    is_deblocked("kept_in_turn");
    let (_, _, folder) = migrate("kept_in_turn");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("await in_turn(shelf.put"), "{fixed}");
    is_left("touched_on_loop");
}

/// What a helper binds to what it has waited for is there for its caller; what it has set before needs a lock. `next` that may come to an
/// end stays on the loop.
#[test]
fn bound_to_what_was_awaited() {
    is_deblocked("bound_behind");
    let behind = fixed("bound_behind");
    assert!(behind.contains("value = await self._run(name, texts)") && !behind.contains("Lock"), "{behind}");
    assert!(behind.contains("return await asyncio.to_thread(step, "), "{behind}");
    migrate("bound_ahead");
    assert!(fixed("bound_ahead").contains("async with self._lock:\n            await self._run(name)"));
}

/// What is found, tested and changed by statements that follow each other is so in one step of a thread, where all of it takes turns.
#[test]
fn statements_in_turn() {
    is_deblocked("tested_in_turn");
    is_left("handed_out_of_turn");
}

/// Calls in different branches do not meet, unless a loop comes back to them.
#[test]
fn branches_apart() {
    is_deblocked("alternatives");
    migrate("alternatives_in_rounds");
    assert!(fixed("alternatives_in_rounds").contains("async with self._lock:\n            for step in steps:"));
}

/// Who knows a module by its package has its threads take turns with those of the module.
#[test]
fn turns_by_package() {
    is_deblocked("turn_by_package");
    assert!(fixed("turn_by_package").contains("from shop.stock import _in_turn\n"));
}

/// Open files and processes that objects have, and that tasks use, are used by one thread, in turn; who leaves a `with` takes a turn too.
#[test]
fn handles_in_turn() {
    is_deblocked("kept_handles");
    let (_, _, folder) = migrate("kept_handles");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("await in_turn(diary.write") && fixed.contains("async with _in_turns(long)"), "{fixed}");
    assert!(fixed.contains("await in_turn(spelling.spell, word)"), "{fixed}");
}

/// What tasks share is read on the loop where all that worked on it is over: behind `gather`, a group, a task, or a queue that is done.
#[test]
fn state_of_what_is_over() {
    is_deblocked("settled");
    is_left("unsettled");
}

/// A function that asks for classes of exceptions keeps nothing from a call whose exceptions it is never handed.
#[test]
fn exceptions_that_functions_ask_for() {
    let (_, _, folder) = migrate("http_asked");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(!fixed.contains("requests.get"), "{fixed}");
}

/// What runs when the program ends gets no thread, and is not cut off.
#[test]
fn what_runs_at_the_end() {
    is_left("endings");
}

/// What a coroutine counts on from one step to the next is not left to other tasks in between.
#[test]
fn nobody_comes_in_between() {
    migrate("in_between");
}

/// What comes out of lists, tables and results of the function's own may be what others have.
#[test]
fn what_containers_hold() {
    is_left("held_inside");
}

/// What calls give may be what others have.
#[test]
fn what_calls_hand_back() {
    is_left("handed_back");
}

/// What is reached by another name, a text or a method in a variable is what it is.
#[test]
fn what_has_other_names() {
    is_left("roundabout");
}

/// What a task has asked holds until it gives the loop back: by guards, flags, positions, properties, and of asyncio's own objects.
#[test]
fn what_was_asked_before() {
    is_left("asked_before");
}

/// A server that starts has no other task yet.
#[test]
fn servers_that_start() {
    is_deblocked("starting");
}

#[test]
fn what_servers_set_when_they_start() {
    let (_, _, folder) = migrate("set_at_start");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    let treated: Vec<bool> =
        fixed.lines().filter(|line| line.contains("ROWS.read_text")).map(|line| line.contains("await")).collect();
    assert_eq!(treated, [false, true, false], "{fixed}");
}

/// What frameworks give handlers that have no annotations, by the names of their parameters.
#[test]
fn handlers_without_annotations() {
    is_deblocked("untyped_handlers");
}

/// What a function makes of what it is given is nobody else's.
#[test]
fn what_functions_make() {
    is_deblocked("made_for_calls");
}

/// Threads go through generators that are in variables.
#[test]
fn drawn_generators() {
    is_deblocked("drawn");
    let (_, _, folder) = migrate("drawn");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("head = await asyncio.to_thread(next, source, None)"), "{fixed}");
}

/// What is read before a call is read behind it, where that is what the statement writes.
#[test]
fn values_that_come_first() {
    is_deblocked("value_first");
}

/// Properties that read files are read in threads, in texts and in the head of a loop as well.
#[test]
fn properties_in_turn() {
    is_deblocked("properties");
}

/// One thread works on an archive that tasks share.
#[test]
fn one_archive() {
    let (_, after, folder) = migrate("one_archive");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("await _in_turn(album.add"), "{fixed}");
    assert_eq!(after.blocked, Vec::<String>::new());
}

/// Ctrl-C is raised on the main thread, and where code awaits, in the loop.
#[test]
fn waiting_for_ctrl_c() {
    is_left("interrupted");
}

/// What a module runs when it is imported may need the loop's thread.
#[test]
fn modules_of_the_loop() {
    is_left("imported_on_loop");
}

/// What an object was made with may be called on the loop's thread only.
/// What annotations and stubs say follows, and what is certainly a coroutine function is awaited as one.
#[test]
fn annotated() {
    let (_, after, folder) = migrate("annotated");
    assert_eq!(sleeps(&after), 0, "{:?}", after.blocked);
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("the program is there");
    let (ledger, stub) = (read("ledger.py"), read("stock.pyi"));
    let expected = [
        "    return await MEASURES[name](article)",
        "async def doubled(ask: Callable[[str], Awaitable[int]], article: str)",
        "async def again(article: str, *, ask: \"Callable[[str], Awaitable[int]]\")",
        "    ask: Callable[[str], Awaitable[int]]",
        "    _ask: Optional[Callable[[str], Awaitable[int]]]",
        "-> \"AsyncIterator[tuple[str, int]]\":",
        "    return await _settled(ask(article))",
    ];
    for line in expected {
        assert!(ledger.contains(line), "{line}\n{ledger}");
    }
    assert!(!ledger.contains(", Iterator"), "{ledger}");
    assert!(
        stub.contains("    def all(self) -> AsyncIterator[") && stub.contains("    async def first(self)"),
        "{stub}"
    );
}

#[test]
fn callbacks_of_objects() {
    let (_, _, folder) = migrate("stored_callbacks");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(!fixed.contains("await asyncio.to_thread(NightSweeper"), "{fixed}");
}

/// Who installs a package overrides its public methods, and counts on the loop's thread there.
#[test]
fn hooks_for_others() {
    is_left("public_hooks");
}

/// No task is cancelled between what it takes, or counts, and the `try` that sees to the rest.
#[test]
fn cancelled_in_between() {
    is_left("counted");
    is_left("taken_out");
}

/// Files that two functions are given by one name go to threads together, or stay on the loop together.
#[test]
fn files_read_half_way() {
    is_left("read_half_way");
}

/// What is taken, given back step by step, or started for somebody who awaits it, is so although a task is cancelled.
#[test]
fn cancelled_half_way() {
    let (_, _, folder) = migrate("cancelled_half_way");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert_eq!(fixed.matches("time.sleep(").count(), 3, "{fixed}");
    assert!(fixed.contains("await asyncio.sleep(0.01)"), "{fixed}");
}

/// A coroutine that is awaited begins at once, and finds what was set in front of it.
#[test]
fn awaited_further_down() {
    let (_, _, folder) = migrate("awaited_further_down");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("    SETTINGS.name = name\n    make(") && fixed.contains("async def load("), "{fixed}");
    assert_eq!(fixed.matches("    time.sleep(").count(), 2, "{fixed}");
}

/// A cancel scope cancels what cleans up under it again; what a server enters and leaves around it is not under it.
#[test]
fn cancelled_again() {
    let (_, _, folder) = migrate("cancelled_again");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("        os.remove(path)\n"), "{fixed}");
    assert!(fixed.contains("            os.remove(path + \".lock\")\n"), "{fixed}");
    assert!(fixed.contains("await asyncio.to_thread(os.rmdir, path)"), "{fixed}");
    assert!(fixed.contains("(os.remove, \"running\")"), "{fixed}");
}

/// A path is the same by whichever name, and however it is put together.
#[test]
fn paths_by_value() {
    is_deblocked("paths_by_value");
    is_deblocked("spelled_paths");
}

/// Processes work on files of the program, before or behind it.
#[test]
fn files_that_processes_work_on() {
    is_deblocked("files_of_processes");
}

/// What a folder holds is asked for, and changed in the same go.
#[test]
fn folders_that_are_listed() {
    is_deblocked("listed_folders");
}

/// One exchange at a time goes over a connection that tasks share, and it is closed when they are done, or by the same thread.
#[test]
fn one_line_for_all() {
    is_deblocked("one_line_open");
    is_left("one_line_shut");
}

/// `[]`, `in` and `for` of a class of the program touch what its methods touch.
#[test]
fn tables_of_the_program() {
    is_deblocked("own_tables");
}

/// What a function inside another one changes of its variables is nobody else's.
#[test]
fn captured_variables() {
    is_deblocked("captured");
}

/// A loop goes through a copy of what tasks share, unless it changes that itself; what calls one function in two ways changes with it.
#[test]
fn copies() {
    let (_, after, folder) = migrate("copies");
    let fixed = fs::read_to_string(folder.join("yard.py")).expect("the program is there");
    assert!(fixed.contains("await ferry.stop() for ferry in list(self.ferries.values())"), "{fixed}");
    assert!(
        fixed.contains("for pilot in list(self.pilots):\n            await asyncio.sleep(0.001)\n            written"),
        "{fixed}"
    );
    assert!(fixed.contains("self.pilots.remove(pilot)\n            time.sleep(0.001)"), "{fixed}");
    assert_eq!(after.blocked, Vec::<String>::new());
}

/// What a table, a variable or a function may give beside functions that block is not awaited as if it were one of them.
#[test]
fn tables_of_all_kinds() {
    is_deblocked("mixed_tables");
}

/// What one round of a loop leaves for the next one is not let go of in between.
#[test]
fn rounds_of_loops() {
    is_left("rounds");
}

/// What a function returns to be called later is followed into the variables and lists that it is put into.
#[test]
fn closures_that_are_kept() {
    is_deblocked("kept_closures");
}

/// What is awaited is another variant than the one whose results no `await` takes.
#[test]
fn variants_that_are_awaited() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour/awaited_variants");
    let output = deblock(&source, &["check", "."]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    is_left("awaited_variants");
}

/// What a helper has made for its caller goes to any thread, and what it has kept to one.
#[test]
fn documents_that_helpers_make() {
    let (_, after, folder) = migrate("fresh_documents");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("await asyncio.to_thread(update, {\"text\": text})"), "{fixed}");
    assert!(fixed.contains("await _in_turn(add, text)"), "{fixed}");
    assert_eq!(after.blocked, Vec::<String>::new());
}

/// What a property works out nobody can set, but what it reads may change; a lock about that has all that reads the property in it.
#[test]
fn properties_that_are_tested() {
    let (_, _, folder) = migrate("worked_out");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("            return \"nothing\"\n        await asyncio.to_thread("), "{fixed}");
    // Only tests set the label.
    assert!(fixed.contains("            return \"nobody\"\n        await asyncio.to_thread("), "{fixed}");
    assert!(fixed.contains("async with self._lock:\n            self.table[\"state\"] = \"closed\""), "{fixed}");
    assert!(fixed.contains("if self.mode == \"on\":\n            subprocess.run("), "{fixed}");
}

/// The first item of what a test has found something in is there, unless it is taken out in between.
#[test]
fn first_items() {
    let (_, _, folder) = migrate("first_items");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(
        fixed.contains("asyncio.to_thread(choose, key)") && fixed.contains("asyncio.to_thread(only, keys)"),
        "{fixed}"
    );
    // Out of a coroutine the end of an iterator is another exception.
    assert!(fixed.contains("\ndef emptied(key):") && fixed.contains("return emptied(key)"), "{fixed}");
}

/// A part of a coroutine that always returns goes to a thread as a whole, wherever it stands; what follows a manager that keeps exceptions
/// from going on still runs.
#[test]
fn parts_that_return() {
    is_deblocked("returned_inside");
    let fixed = fixed("returned_inside");
    assert!(fixed.contains("            def blocking() -> dict:\n                with open(path) as f:"), "{fixed}");
    assert!(fixed.contains("            return await asyncio.to_thread(blocking)\n    except ValueError:"), "{fixed}");
    assert!(!fixed.contains("with await"), "{fixed}");
}

/// One thread makes calls that stand together with a file that is opened, and calls in the arguments of others.
#[test]
fn calls_that_stand_together() {
    is_deblocked("one_hop");
    let fixed = fixed("one_hop");
    assert!(fixed.contains("media = await asyncio.to_thread(lambda: os.path.realpath(media_dir(base)))"), "{fixed}");
    assert!(fixed.contains("        def blocking() -> dict:\n            if not os.path.exists(path):"), "{fixed}");
    assert!(fixed.contains("            return f.read()\n\n    text = await asyncio.to_thread(blocking)"), "{fixed}");
}

/// Threads open, write and close the files of a library that does not have aiofiles; what is only read is closed where it is.
#[test]
fn files_of_a_library() {
    is_deblocked("closed_in_threads");
    let fixed = fixed("closed_in_threads");
    assert!(!fixed.contains("import aiofiles"), "{fixed}");
    assert!(fixed.contains("async with _in_turns(await _in_turn(open, path, \"wb\")) as file:"), "{fixed}");
    assert!(fixed.contains("await _in_turn(file.write, chunk)"), "{fixed}");
    assert!(fixed.contains("    with await _in_turn(open, path, \"rb\") as file:"), "{fixed}");
}

/// What a runner cancels anyway when its coroutine ends needs no `finally`; other coroutines leave their tasks running.
#[test]
fn tasks_that_end_with_their_runner() {
    let (_, _, folder) = migrate("ends_with_runner");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("in range(2)]\n    words = await _in_turn(load, \"words.txt\")\n    try:"), "{fixed}");
    assert!(
        fixed.contains("    finally:\n        await save(\"out.txt\", words)\n        for worker in workers:"),
        "{fixed}"
    );
    assert!(fixed.contains("beat(\"inner\"))\n    words = load(\"words.txt\")"), "{fixed}");
    assert!(fixed.contains("beat(\"careful\"))\n        words = load(\"out.txt\")"), "{fixed}");
}

/// A class that derives from plain classes of the program has a lock; one with slots, or whose heirs are not made like it, has none.
#[test]
fn locks_of_derived_classes() {
    let (_, _, folder) = migrate("derived_locks");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("async with self.ledger.lock:\n                if key in self.ledger:"), "{fixed}");
    assert!(fixed.contains("            self.other.seen[key] = note(key)"), "{fixed}");
    assert!(fixed.contains("            self.tight.done[key] = press(key)"), "{fixed}");
}

/// What a protocol stands for may be any class that fulfils it, also where nothing derives from it.
#[test]
fn reads_and_writes_of_a_protocol() {
    let (_, _, folder) = migrate("protocol_store");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(!fixed.contains("value = await _in_turn(self.store.load, key)\n        await"), "{fixed}");
}

/// What a thread puts into a list of the function that starts it is nobody else's; a list that tasks share keeps the function on the loop.
#[test]
fn lists_of_followers() {
    is_deblocked("followed");
    assert!(fixed("followed").contains("await _in_turn(runner.run, name)"), "{}", fixed("followed"));
    is_left("followed_by_all");
}

/// A list that tasks fill is gone through in a thread when these are over, and filled anew when that is.
#[test]
fn filled_at_other_times() {
    is_deblocked("filled_before");
    let fixed = fixed("filled_before");
    assert!(fixed.contains("await _in_turn(self.index)"), "{fixed}");
    assert!(fixed.contains("for name in await _in_turn(lambda: sorted(self.names()))]"), "{fixed}");
    is_left("filled_meanwhile");
    is_left("filled_again");
}

/// What a `try` waits for first of all parts what is before it from its handlers and its `else`.
#[test]
fn tried_first() {
    is_deblocked("tried");
    let (_, _, folder) = migrate("tried_at_once");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("claimed = tray.claim()") && fixed.contains("if not tray.put_back(name, order)"), "{fixed}");
}

/// What was asked in front of a block, and is written in it, is one step with it.
#[test]
fn asked_in_front_of_blocks() {
    is_left("asked_in_front");
}

/// What is printed while `sys.stdout` is something else for a moment is printed on the loop, between those moments.
#[test]
fn prints_past_redirections() {
    let (_, _, folder) = migrate("stdout_elsewhere");
    let fixed = fs::read_to_string(folder.join("main.py")).expect("the program is there");
    assert!(fixed.contains("async def report(number):") && fixed.contains("        numbered(path)\n"), "{fixed}");
}

/// A coroutine that a time limit ends ends the others, and the loop, so that what is behind them finds no thread at work.
#[test]
fn turns_under_time_limits() {
    is_deblocked("timed_turns");
}
