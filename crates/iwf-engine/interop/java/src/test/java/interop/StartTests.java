package interop;

import io.iworkflow.core.Client;
import io.iworkflow.core.Context;
import io.iworkflow.core.ImmutableStopWorkflowOptions;
import io.iworkflow.core.ObjectWorkflow;
import io.iworkflow.core.StateDecision;
import io.iworkflow.core.StateDef;
import io.iworkflow.core.WorkflowOptions;
import io.iworkflow.core.WorkflowState;
import io.iworkflow.core.WorkflowUncompletedException;
import io.iworkflow.core.command.CommandRequest;
import io.iworkflow.core.command.CommandResults;
import io.iworkflow.core.communication.Communication;
import io.iworkflow.core.communication.CommunicationMethodDef;
import io.iworkflow.core.communication.SignalChannelDef;
import io.iworkflow.core.communication.SignalCommand;
import io.iworkflow.core.exceptions.LongPollTimeoutException;
import io.iworkflow.core.exceptions.NoRunningWorkflowException;
import io.iworkflow.core.exceptions.WorkflowAlreadyStartedException;
import io.iworkflow.core.exceptions.WorkflowNotExistsException;
import io.iworkflow.core.persistence.Persistence;
import io.iworkflow.gen.models.ExecutingStateIdMode;
import io.iworkflow.gen.models.IDReusePolicy;
import io.iworkflow.gen.models.WorkflowAlreadyStartedOptions;
import io.iworkflow.gen.models.WorkflowConfig;
import io.iworkflow.gen.models.WorkflowErrorType;
import io.iworkflow.gen.models.WorkflowRetryPolicy;
import io.iworkflow.gen.models.WorkflowStatus;
import io.iworkflow.gen.models.WorkflowStopType;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Starting a workflow with the options of the SDK; describing, waiting for and stopping it. */
class StartTests {
    public static class Arithmetic implements ObjectWorkflow {
        @Override
        public List<StateDef> getWorkflowStates() {
            return List.of(StateDef.startingState(new Twice()), StateDef.nonStartingState(new AddOne()));
        }
    }

    public static class Twice implements WorkflowState<Integer> {
        @Override
        public Class<Integer> getInputType() {
            return Integer.class;
        }

        @Override
        public StateDecision execute(final Context context, final Integer input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            return StateDecision.singleNextState(AddOne.class, input * 2);
        }
    }

    public static class AddOne implements WorkflowState<Integer> {
        @Override
        public Class<Integer> getInputType() {
            return Integer.class;
        }

        @Override
        public CommandRequest waitUntil(final Context context, final Integer input,
                                        final Persistence persistence, final Communication communication) {
            return CommandRequest.empty;
        }

        @Override
        public StateDecision execute(final Context context, final Integer input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            return StateDecision.gracefulCompleteWorkflow(input + 1);
        }
    }

    public static class Obedient implements ObjectWorkflow {
        @Override
        public List<StateDef> getWorkflowStates() {
            return List.of(StateDef.startingState(new UntilTold()));
        }

        @Override
        public List<CommunicationMethodDef> getCommunicationSchema() {
            return List.of(SignalChannelDef.create(String.class, "told"));
        }
    }

    public static class UntilTold implements WorkflowState<Void> {
        @Override
        public Class<Void> getInputType() {
            return Void.class;
        }

        @Override
        public CommandRequest waitUntil(final Context context, final Void input,
                                        final Persistence persistence, final Communication communication) {
            return CommandRequest.forAllCommandCompleted(SignalCommand.create("told"));
        }

        @Override
        public StateDecision execute(final Context context, final Void input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            final String told = results.getSignalValueByIndex(0);
            return StateDecision.gracefulCompleteWorkflow(told);
        }
    }

    public static class SecondTry implements ObjectWorkflow {
        @Override
        public List<StateDef> getWorkflowStates() {
            return List.of(StateDef.startingState(new FailsOnce()));
        }
    }

    public static class FailsOnce implements WorkflowState<Void> {
        @Override
        public Class<Void> getInputType() {
            return Void.class;
        }

        @Override
        public StateDecision execute(final Context context, final Void input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            Engine.note(context.getWorkflowId(), context.getStateExecutionId().orElse("none"));
            return Engine.journal(context.getWorkflowId()).size() == 1
                    ? StateDecision.forceFailWorkflow("not yet")
                    : StateDecision.gracefulCompleteWorkflow("done");
        }
    }

    private static final Client CLIENT = Engine.client(new Arithmetic(), new Obedient(), new SecondTry());

    @Test
    void twoStatesHandOnTheirInput() {
        final String id = Engine.newId("arithmetic");
        CLIENT.startWorkflow(Arithmetic.class, id, 30, 20);
        assertEquals(41, CLIENT.waitForWorkflowCompletion(Integer.class, id));
        assertEquals(41, CLIENT.tryGettingSimpleWorkflowResult(Integer.class, id));
        assertEquals(WorkflowStatus.COMPLETED, CLIENT.describeWorkflow(id).getWorkflowStatus());
    }

    @Test
    void aSecondStartIsRefusedUnlessItRepeatsTheFirst() {
        final String id = Engine.newId("started");
        final String first = CLIENT.startWorkflow(Obedient.class, id, 30, null, request("one"));
        assertEquals(first, CLIENT.startWorkflow(Obedient.class, id, 30, null, request("one")));
        assertThrows(WorkflowAlreadyStartedException.class,
                () -> CLIENT.startWorkflow(Obedient.class, id, 30, null, request("two")));
        assertThrows(WorkflowAlreadyStartedException.class, () -> CLIENT.startWorkflow(Obedient.class, id, 30));
        CLIENT.stopWorkflow(id);
    }

    private static WorkflowOptions request(final String requestId) {
        return WorkflowOptions.basicBuilder()
                .workflowAlreadyStartedOptions(new WorkflowAlreadyStartedOptions()
                        .ignoreAlreadyStartedError(true)
                        .requestId(requestId))
                .build();
    }

    @Test
    void anIdMayBeUsedAgainByItsPolicy() {
        final String id = Engine.newId("again");
        CLIENT.startWorkflow(Arithmetic.class, id, 30, 1);
        CLIENT.waitForWorkflowCompletion(id);
        assertThrows(WorkflowAlreadyStartedException.class,
                () -> start(id, IDReusePolicy.ALLOW_IF_PREVIOUS_EXITS_ABNORMALLY));
        assertThrows(WorkflowAlreadyStartedException.class, () -> start(id, IDReusePolicy.DISALLOW_REUSE));
        final String running = start(id, IDReusePolicy.ALLOW_IF_NO_RUNNING);
        assertNotEquals(running, start(id, IDReusePolicy.ALLOW_TERMINATE_IF_RUNNING));
        CLIENT.stopWorkflow(id);
    }

    private static String start(final String id, final IDReusePolicy policy) {
        final WorkflowOptions options = WorkflowOptions.basicBuilder().workflowIdReusePolicy(policy).build();
        return CLIENT.startWorkflow(Obedient.class, id, 30, null, options);
    }

    @Test
    void aStartCanBeDelayed() {
        final String id = Engine.newId("delayed");
        final long asked = System.nanoTime();
        CLIENT.startWorkflow(Arithmetic.class, id, 30, 1,
                WorkflowOptions.basicBuilder().workflowStartDelaySeconds(2).build());
        assertEquals(3, CLIENT.waitForWorkflowCompletion(Integer.class, id));
        assertTrue(System.nanoTime() - asked >= 1_500_000_000L);
    }

    @Test
    void aFailedWorkflowIsRetriedByItsPolicy() {
        final String id = Engine.newId("second-try");
        final WorkflowRetryPolicy policy = new WorkflowRetryPolicy().initialIntervalSeconds(1).maximumAttempts(3);
        CLIENT.startWorkflow(SecondTry.class, id, 30, null,
                WorkflowOptions.basicBuilder().workflowRetryPolicy(policy).build());
        assertEquals("done", CLIENT.waitForWorkflowCompletion(String.class, id));
        assertEquals(List.of("FailsOnce-1", "FailsOnce-1"), Engine.journal(id));
    }

    @Test
    void aScheduleIsRegisteredOnce() {
        final String id = Engine.newId("scheduled");
        // Each first of January: the SDK lets no schedule through that comes round within a test.
        final WorkflowOptions options = WorkflowOptions.basicBuilder().cronSchedule("0 0 1 1 *").build();
        assertEquals("", CLIENT.startWorkflow(Arithmetic.class, id, 30, 1, options));
        assertThrows(WorkflowAlreadyStartedException.class,
                () -> CLIENT.startWorkflow(Arithmetic.class, id, 30, 1, options));
        assertThrows(WorkflowNotExistsException.class, () -> CLIENT.describeWorkflow(id));
    }

    @Test
    void theConfigurationDecidesWhichStatesAreIndexed() {
        final String hidden = Engine.newId("hidden");
        final WorkflowConfig config = new WorkflowConfig().executingStateIdMode(ExecutingStateIdMode.DISABLED);
        CLIENT.startWorkflow(Obedient.class, hidden, 30, null,
                WorkflowOptions.basicBuilder().workflowConfigOverride(config).build());
        final String shown = Engine.newId("shown");
        CLIENT.startWorkflow(Obedient.class, shown, 30);
        Engine.eventually(() -> isIndexed(shown));
        assertFalse(isIndexed(hidden));
        CLIENT.stopWorkflow(hidden);
        CLIENT.stopWorkflow(shown);
    }

    private static boolean isIndexed(final String id) {
        final String query = "IwfExecutingStateIds = 'UntilTold' AND WorkflowId = '" + id + "'";
        final var found = CLIENT.searchWorkflow(query, 10).getWorkflowExecutions();
        return found != null && !found.isEmpty();
    }

    @Test
    void unknownWorkflowsAreToldApart() {
        final String id = Engine.newId("unknown");
        assertThrows(WorkflowNotExistsException.class, () -> CLIENT.describeWorkflow(id));
        assertThrows(WorkflowNotExistsException.class, () -> CLIENT.waitForWorkflowCompletion(id));
        assertThrows(NoRunningWorkflowException.class,
                () -> CLIENT.signalWorkflow(Obedient.class, id, "told", "hello"));
        assertThrows(NoRunningWorkflowException.class, () -> CLIENT.stopWorkflow(id));
    }

    @Test
    void waitingEndsWithATimeOut() {
        final String id = Engine.newId("patient");
        CLIENT.startWorkflow(Obedient.class, id, 30);
        assertThrows(LongPollTimeoutException.class, () -> Engine.impatient(1).waitForWorkflowCompletion(id));
        CLIENT.signalWorkflow(Obedient.class, id, "told", "go");
        assertEquals("go", CLIENT.waitForWorkflowCompletion(String.class, id));
    }

    @Test
    void aWorkflowCanRunOutOfTime() {
        final String id = Engine.newId("late");
        CLIENT.startWorkflow(Obedient.class, id, 1);
        assertEquals(WorkflowStatus.TIMEOUT, end(id).getClosedStatus());
    }

    @Test
    void stopCancelsTerminatesOrFails() {
        assertEquals(WorkflowStatus.CANCELED, stopped(WorkflowStopType.CANCEL).getClosedStatus());
        assertEquals(WorkflowStatus.TERMINATED, stopped(WorkflowStopType.TERMINATE).getClosedStatus());
        final WorkflowUncompletedException failed = stopped(WorkflowStopType.FAIL);
        assertEquals(WorkflowStatus.FAILED, failed.getClosedStatus());
        assertEquals(WorkflowErrorType.CLIENT_API_FAILING_WORKFLOW_ERROR_TYPE, failed.getErrorSubType());
        assertEquals("no more", failed.getErrorMessage());
    }

    private static WorkflowUncompletedException stopped(final WorkflowStopType type) {
        final String id = Engine.newId("stopped");
        CLIENT.startWorkflow(Obedient.class, id, 30);
        CLIENT.stopWorkflow(id, ImmutableStopWorkflowOptions.builder().workflowStopType(type).reason("no more").build());
        return end(id);
    }

    private static WorkflowUncompletedException end(final String id) {
        return assertThrows(WorkflowUncompletedException.class, () -> CLIENT.waitForWorkflowCompletion(id));
    }
}
