//! What a release leaves out of its WebAssembly: functions that no page ever calls and that the linker
//! keeps, because the table of each view's functions names them.

use std::collections::HashSet;
use walrus::ir::{Call, Visitor, dfs_in_order};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, LocalFunction, Module};
use wasm_bindgen_cli_support::Output;

/// Part of the names of such functions: our views wake up at once (`hydrate_from`), never while they
/// wait for something. What is called all the same ends the program with a message in the console.
const NEVER_CALLED: &str = "::hydrate_async";

/// Empties these functions, then drops what they alone called.
pub(crate) fn never_called(output: &mut Output) {
    let module = output.wasm_mut();
    let mut unused = named(module);
    // The compiler has one function where several would be alike, under the name of any of them: what
    // others call as well must stay, and with it what that calls.
    loop {
        let called = called_by_others(module, &unused);
        let before = unused.len();
        unused.retain(|id| !called.contains(id));
        if unused.len() == before {
            break;
        }
    }
    for id in unused {
        empty(module, id);
    }
    walrus::passes::gc::run(module);
}

fn named(module: &Module) -> HashSet<FunctionId> {
    module
        .funcs
        .iter()
        .filter(|function| {
            let name = function.name.as_deref().unwrap_or_default();
            name.contains(NEVER_CALLED) && !name.contains("drop_in_place")
        })
        .map(walrus::Function::id)
        .collect()
}

fn called_by_others(module: &Module, unused: &HashSet<FunctionId>) -> HashSet<FunctionId> {
    let mut calls = Calls::default();
    for (id, function) in module.funcs.iter_local() {
        if !unused.contains(&id) {
            dfs_in_order(&mut calls, function, function.entry_block());
        }
    }
    calls.0
}

#[derive(Default)]
struct Calls(HashSet<FunctionId>);

impl Visitor<'_> for Calls {
    fn visit_call(&mut self, call: &Call) {
        self.0.insert(call.func);
    }
}

fn empty(module: &mut Module, id: FunctionId) {
    let function = module.funcs.get(id);
    let FunctionKind::Local(LocalFunction { args, .. }) = &function.kind else {
        return;
    };
    let args = args.clone();
    let (parameters, results) = module.types.params_results(function.ty());
    let (parameters, results) = (parameters.to_vec(), results.to_vec());
    let mut builder = FunctionBuilder::new(&mut module.types, &parameters, &results);
    builder.func_body().unreachable();
    module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(args));
}
