package interop;

import io.iworkflow.core.Client;
import io.iworkflow.core.Context;
import io.iworkflow.core.ObjectWorkflow;
import io.iworkflow.core.RPC;
import io.iworkflow.core.StateDecision;
import io.iworkflow.core.StateDef;
import io.iworkflow.core.StateMovement;
import io.iworkflow.core.WorkflowOptions;
import io.iworkflow.core.WorkflowState;
import io.iworkflow.core.WorkflowUncompletedException;
import io.iworkflow.core.command.CommandRequest;
import io.iworkflow.core.command.CommandResults;
import io.iworkflow.core.communication.Communication;
import io.iworkflow.core.communication.CommunicationMethodDef;
import io.iworkflow.core.communication.InternalChannelCommand;
import io.iworkflow.core.communication.InternalChannelDef;
import io.iworkflow.core.communication.SignalChannelDef;
import io.iworkflow.core.communication.SignalCommand;
import io.iworkflow.core.persistence.Persistence;
import io.iworkflow.gen.models.WorkflowErrorType;
import io.iworkflow.gen.models.WorkflowStatus;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** Every way a workflow ends by its own decision, and what its caller gets. */
class ClosingTests {
    public static class Closing implements ObjectWorkflow {
        @Override
        public List<StateDef> getWorkflowStates() {
            return List.of(
                    StateDef.startingState(new Fork()),
                    StateDef.nonStartingState(new Ends()),
                    StateDef.nonStartingState(new Lingers()));
        }

        @Override
        public List<CommunicationMethodDef> getCommunicationSchema() {
            return List.of(SignalChannelDef.create(Void.class, "on"));
        }
    }

    public static class Fork implements WorkflowState<String> {
        @Override
        public Class<String> getInputType() {
            return String.class;
        }

        @Override
        public StateDecision execute(final Context context, final String way, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            return StateDecision.multiNextStates(
                    StateMovement.create(Ends.class, way), StateMovement.create(Lingers.class));
        }
    }

    public static class Ends implements WorkflowState<String> {
        @Override
        public Class<String> getInputType() {
            return String.class;
        }

        @Override
        public StateDecision execute(final Context context, final String way, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            return switch (way) {
                case "graceful" -> StateDecision.gracefulCompleteWorkflow("ended");
                case "force complete" -> StateDecision.forceCompleteWorkflow("ended");
                case "force fail" -> StateDecision.forceFailWorkflow("ended");
                default -> throw new IllegalArgumentException(way);
            };
        }
    }

    public static class Lingers implements WorkflowState<Void> {
        @Override
        public Class<Void> getInputType() {
            return Void.class;
        }

        @Override
        public CommandRequest waitUntil(final Context context, final Void input,
                                        final Persistence persistence, final Communication communication) {
            return CommandRequest.forAllCommandCompleted(SignalCommand.create("on"));
        }

        @Override
        public StateDecision execute(final Context context, final Void input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            return StateDecision.gracefulCompleteWorkflow("lingered");
        }
    }

    public static class Ending implements ObjectWorkflow {
        @Override
        public List<StateDef> getWorkflowStates() {
            return List.of(StateDef.startingState(new DeadEnd()), StateDef.nonStartingState(new Revived()));
        }

        @RPC
        public void revive(final Context context, final String input, final Communication communication) {
            communication.triggerStateMovements(StateMovement.create(Revived.class, input));
        }
    }

    public static class DeadEnd implements WorkflowState<Void> {
        @Override
        public Class<Void> getInputType() {
            return Void.class;
        }

        @Override
        public StateDecision execute(final Context context, final Void input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            Engine.note(context.getWorkflowId(), "dead end");
            return StateDecision.deadEnd();
        }
    }

    public static class Revived implements WorkflowState<String> {
        @Override
        public Class<String> getInputType() {
            return String.class;
        }

        @Override
        public StateDecision execute(final Context context, final String input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            return StateDecision.gracefulCompleteWorkflow(input);
        }
    }

    public static class Draining implements ObjectWorkflow {
        @Override
        public List<StateDef> getWorkflowStates() {
            return List.of(StateDef.startingState(new Fills()), StateDef.nonStartingState(new Drains()));
        }

        @Override
        public List<CommunicationMethodDef> getCommunicationSchema() {
            return List.of(
                    SignalChannelDef.create(Integer.class, "signal"),
                    InternalChannelDef.create(Integer.class, "internal"));
        }
    }

    public static class Fills implements WorkflowState<String> {
        @Override
        public Class<String> getInputType() {
            return String.class;
        }

        @Override
        public StateDecision execute(final Context context, final String channel, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            if (channel.equals("internal")) {
                for (int number = 0; number < 3; number++) {
                    communication.publishInternalChannel("internal", number);
                }
            }
            return StateDecision.singleNextState(Drains.class, channel);
        }
    }

    /** Takes one message a visit and completes once the channel that its input names is empty. */
    public static class Drains implements WorkflowState<String> {
        @Override
        public Class<String> getInputType() {
            return String.class;
        }

        @Override
        public CommandRequest waitUntil(final Context context, final String channel,
                                        final Persistence persistence, final Communication communication) {
            return channel.equals("signal")
                    ? CommandRequest.forAllCommandCompleted(SignalCommand.create("signal"))
                    : CommandRequest.forAllCommandCompleted(InternalChannelCommand.create("internal"));
        }

        @Override
        public StateDecision execute(final Context context, final String channel, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            final String id = context.getWorkflowId();
            if (channel.equals("signal")) {
                final Integer value = results.getSignalValueByIndex(0);
                Engine.note(id, value.toString());
                return StateDecision.forceCompleteIfSignalChannelEmptyOrElse(
                        Engine.journal(id), "signal", Drains.class, channel);
            }
            Engine.note(id, results.getAllInternalChannelCommandResult().get(0).getValue().orElse("none").toString());
            return StateDecision.forceCompleteIfInternalChannelEmptyOrElse(
                    Engine.journal(id), "internal", Drains.class, channel);
        }
    }

    private static final Client CLIENT = Engine.client(new Closing(), new Ending(), new Draining());

    @Test
    void gracefulCompletionWaitsForTheOtherThreads() {
        final String id = Engine.newId("graceful");
        CLIENT.startWorkflow(Closing.class, id, 30, "graceful");
        CLIENT.signalWorkflow(Closing.class, id, "on", null);
        final List<String> outputs = CLIENT.getComplexWorkflowResultWithWait(id).stream()
                .map(output -> output.getCompletedStateId() + " " + output.getCompletedStateOutput().getData())
                .sorted()
                .toList();
        assertEquals(List.of("Ends \"ended\"", "Lingers \"lingered\""), outputs);
    }

    @Test
    void forcedCompletionEndsTheOtherThreads() {
        final String id = Engine.newId("forced");
        CLIENT.startWorkflow(Closing.class, id, 30, "force complete");
        assertEquals("ended", CLIENT.waitForWorkflowCompletion(String.class, id));
    }

    @Test
    void forcedFailureCarriesItsOutput() {
        final String id = Engine.newId("failed");
        CLIENT.startWorkflow(Closing.class, id, 30, "force fail");
        final WorkflowUncompletedException failed =
                assertThrows(WorkflowUncompletedException.class, () -> CLIENT.waitForWorkflowCompletion(id));
        assertEquals(WorkflowErrorType.STATE_DECISION_FAILING_WORKFLOW_ERROR_TYPE, failed.getErrorSubType());
        assertEquals(1, failed.getStateResultsSize());
        assertEquals("ended", failed.getStateResult(0, String.class));
    }

    @Test
    void aDeadEndLeavesTheWorkflowOpenForRpcs() {
        final String id = Engine.newId("dead-end");
        CLIENT.startWorkflow(Ending.class, id, 30);
        Engine.eventually(() -> Engine.journal(id).equals(List.of("dead end")));
        assertEquals(WorkflowStatus.RUNNING, CLIENT.describeWorkflow(id).getWorkflowStatus());
        CLIENT.invokeRPC(CLIENT.newRpcStub(Ending.class, id)::revive, "back");
        assertEquals("back", CLIENT.waitForWorkflowCompletion(String.class, id));
    }

    @Test
    void itCompletesOnlyWhenTheInternalChannelIsEmpty() {
        final String id = Engine.newId("internal");
        CLIENT.startWorkflow(Draining.class, id, 30, "internal");
        assertEquals(List.of("0", "1", "2"), CLIENT.waitForWorkflowCompletion(List.class, id));
    }

    @Test
    void itCompletesOnlyWhenTheSignalChannelIsEmpty() {
        final String id = Engine.newId("signal");
        // A delayed start, so that all signals are there before the first is taken.
        CLIENT.startWorkflow(Draining.class, id, 30, "signal",
                WorkflowOptions.basicBuilder().workflowStartDelaySeconds(1).build());
        for (int number = 0; number < 3; number++) {
            CLIENT.signalWorkflow(Draining.class, id, "signal", number);
        }
        assertEquals(List.of("0", "1", "2"), CLIENT.waitForWorkflowCompletion(List.class, id));
    }
}
