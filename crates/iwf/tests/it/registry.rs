//! What only running code can see of a definition is refused when it is added.

use iwf::*;

/// A workflow of two states whose ids and options are given.
macro_rules! workflow {
    ($name:ident, $first:literal $(=> $recover:ty)?, $second:literal $(=> $nested:ty)?) => {
        mod $name {
            use iwf::*;
            pub(super) struct It;
            schema!(It {});
            impl Contract for It {
                const TYPE: &'static str = "It";
                type Input = ();
                type Output = ();
                type Rpcs = ();
            }
            impl Workflow for It {
                type Start = First;
                type States = (First, Second);
                fn states(&self) -> Self::States {
                    (First, Second)
                }
            }
            workflow!(@state First $first $($recover)?);
            workflow!(@state Second $second $($nested)?);
            #[allow(dead_code)]
            pub(super) struct Unlisted;
            workflow!(@impl Unlisted "Unlisted");
        }
    };
    (@state $state:ident $id:literal $($recover:ty)?) => {
        pub(super) struct $state;
        workflow!(@impl $state $id $($recover)?);
    };
    (@impl $state:ident $id:literal $($recover:ty)?) => {
        impl State for $state {
            type Workflow = It;
            type Input = ();
            type Wait = NoWait;
            const ID: &'static str = $id;
            async fn execute(&self, _: &mut StateCx<'_, It>, (): (), (): ()) -> Decision<It> {
                Ok(Next::dead_end())
            }
            fn options() -> StateOptions<Self> {
                StateOptions::new()$(.recover_with::<$recover>(Retry::attempts(1)))?
            }
        }
    };
}
workflow!(sound, "A" => Second, "B");
workflow!(twice, "A", "A");
workflow!(reserved, "A", "_SYS_B");
workflow!(nameless, "A", "");
workflow!(unlisted, "A" => Unlisted, "B");
workflow!(nested, "A" => Second, "B" => First);

fn refused<W, I>(workflow: W) -> DefinitionError
where
    W: Workflow,
    W::Start: StartOf<W, I>,
    W::Rpcs: RpcList<W>,
{
    Registry::new().add(workflow).unwrap_err()
}

#[test]
fn a_sound_definition_is_taken_once() {
    let registry = Registry::new().add(sound::It).unwrap();
    assert_eq!(registry.types().collect::<Vec<_>>(), ["It"]);
    assert_eq!(
        registry.add(sound::It).unwrap_err(),
        DefinitionError::DuplicateType("It")
    );
}

#[test]
fn ids_are_unique_and_not_reserved() {
    assert_eq!(refused(twice::It), DefinitionError::DuplicateState("A"));
    assert_eq!(refused(reserved::It), DefinitionError::ReservedId("_SYS_B"));
    assert_eq!(refused(nameless::It), DefinitionError::ReservedId(""));
}

#[test]
fn a_recovery_is_listed_and_has_none_of_its_own() {
    let (state, recovery) = ("A", "Unlisted");
    assert_eq!(
        refused(unlisted::It),
        DefinitionError::UnlistedRecovery { state, recovery }
    );
    let recovery = "B";
    assert_eq!(
        refused(nested::It),
        DefinitionError::NestedRecovery { state, recovery }
    );
}

/// Tolerates a failing wait, which never fails for good.
struct Endless;
schema!(Endless {});
impl Contract for Endless {
    const TYPE: &'static str = "Endless";
    type Input = ();
    type Output = ();
    type Rpcs = ();
}
impl Workflow for Endless {
    type Start = Hope;
    type States = (Hope,);
    fn states(&self) -> Self::States {
        (Hope,)
    }
}
struct Hope;
impl State for Hope {
    type Workflow = Endless;
    type Input = ();
    type Wait = Tolerate<All<()>>;
    const ID: &'static str = "Hope";
    async fn execute(
        &self,
        _: &mut StateCx<'_, Endless>,
        (): (),
        _: Got<Self>,
    ) -> Decision<Endless> {
        Ok(Next::dead_end())
    }
}
impl WaitUntil for Hope {
    async fn wait_until(
        &self,
        _: &mut StateCx<'_, Endless>,
        (): (),
    ) -> Result<Self::Wait, StateError> {
        Ok(Tolerate(All(())))
    }
}

#[test]
fn a_failure_that_is_handled_must_be_able_to_come() {
    assert_eq!(refused(Endless), DefinitionError::EndlessRetry("Hope"));
}
