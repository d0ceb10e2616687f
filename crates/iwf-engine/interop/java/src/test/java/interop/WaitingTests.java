package interop;

import io.iworkflow.core.Client;
import io.iworkflow.core.ClientSideException;
import io.iworkflow.core.Context;
import io.iworkflow.core.ObjectWorkflow;
import io.iworkflow.core.StateDecision;
import io.iworkflow.core.StateDef;
import io.iworkflow.core.StateMovement;
import io.iworkflow.core.WorkflowState;
import io.iworkflow.core.command.CommandRequest;
import io.iworkflow.core.command.CommandResults;
import io.iworkflow.core.command.TimerCommand;
import io.iworkflow.core.communication.Communication;
import io.iworkflow.core.communication.CommunicationMethodDef;
import io.iworkflow.core.communication.InternalChannelCommand;
import io.iworkflow.core.communication.InternalChannelDef;
import io.iworkflow.core.communication.SignalChannelDef;
import io.iworkflow.core.communication.SignalCommand;
import io.iworkflow.core.persistence.Persistence;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Commands: timers, signals, internal channels, and the three ways to wait for several of them. */
class WaitingTests {
    public static class Waiting implements ObjectWorkflow {
        @Override
        public List<StateDef> getWorkflowStates() {
            return List.of(StateDef.startingState(new Waits()));
        }

        @Override
        public List<CommunicationMethodDef> getCommunicationSchema() {
            return List.of(
                    SignalChannelDef.create(Integer.class, "first"),
                    SignalChannelDef.createByPrefix(String.class, "second-"));
        }
    }

    /** Waits in the way its input names and completes with what it got, by command id. */
    public static class Waits implements WorkflowState<String> {
        @Override
        public Class<String> getInputType() {
            return String.class;
        }

        @Override
        public CommandRequest waitUntil(final Context context, final String way,
                                        final Persistence persistence, final Communication communication) {
            Engine.note(context.getWorkflowId(), "waiting");
            final TimerCommand timer = TimerCommand.createByDuration("timer", Duration.ofDays(1));
            final TimerCommand another = TimerCommand.createByDuration("another", Duration.ofDays(365));
            final SignalCommand first = SignalCommand.create("first", "first");
            final SignalCommand second = SignalCommand.create("second", "second-a");
            return switch (way) {
                case "a second" -> CommandRequest.forAllCommandCompleted(
                        TimerCommand.createByDuration("timer", Duration.ofSeconds(1)));
                case "two timers" -> CommandRequest.forAllCommandCompleted(timer, another);
                case "any" -> CommandRequest.forAnyCommandCompleted(timer, first, second);
                case "all" -> CommandRequest.forAllCommandCompleted(first, second);
                case "combination" -> CommandRequest.forAnyCommandCombinationCompleted(
                        List.of(List.of("timer", "first"), List.of("first", "second")), timer, first, second);
                default -> throw new IllegalArgumentException(way);
            };
        }

        @Override
        public StateDecision execute(final Context context, final String way, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            final Map<String, String> got = new TreeMap<>();
            results.getAllTimerCommandResults().forEach(
                    timer -> got.put(timer.getCommandId(), timer.getTimerStatus().toString()));
            results.getAllSignalCommandResults().forEach(
                    signal -> got.put(signal.getCommandId(), signal.getSignalRequestStatusEnum()
                            + signal.getSignalValue().map(value -> " " + value).orElse("")));
            return StateDecision.gracefulCompleteWorkflow(got);
        }
    }

    public static class Channels implements ObjectWorkflow {
        @Override
        public List<StateDef> getWorkflowStates() {
            return List.of(
                    StateDef.startingState(new Split()),
                    StateDef.nonStartingState(new Publishes()),
                    StateDef.nonStartingState(new Collects()));
        }

        @Override
        public List<CommunicationMethodDef> getCommunicationSchema() {
            return List.of(
                    InternalChannelDef.create(String.class, "names"),
                    InternalChannelDef.createByPrefix(Integer.class, "numbers-"));
        }
    }

    public static class Split implements WorkflowState<Void> {
        @Override
        public Class<Void> getInputType() {
            return Void.class;
        }

        @Override
        public StateDecision execute(final Context context, final Void input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            return StateDecision.multiNextStates(
                    StateMovement.create(Publishes.class, 1),
                    StateMovement.create(Publishes.class, 2),
                    StateMovement.create(Collects.class));
        }
    }

    public static class Publishes implements WorkflowState<Integer> {
        @Override
        public Class<Integer> getInputType() {
            return Integer.class;
        }

        @Override
        public CommandRequest waitUntil(final Context context, final Integer number,
                                        final Persistence persistence, final Communication communication) {
            communication.publishInternalChannel("numbers-" + number, number * 10);
            return CommandRequest.empty;
        }

        @Override
        public StateDecision execute(final Context context, final Integer number, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            communication.publishInternalChannel("names", context.getStateExecutionId().orElse("none"));
            return StateDecision.deadEnd();
        }
    }

    public static class Collects implements WorkflowState<Void> {
        @Override
        public Class<Void> getInputType() {
            return Void.class;
        }

        @Override
        public CommandRequest waitUntil(final Context context, final Void input,
                                        final Persistence persistence, final Communication communication) {
            return CommandRequest.forAllCommandCompleted(
                    InternalChannelCommand.create("numbers-1"),
                    InternalChannelCommand.create("numbers-2"),
                    InternalChannelCommand.create("names"),
                    InternalChannelCommand.create("names"));
        }

        @Override
        public StateDecision execute(final Context context, final Void input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            return StateDecision.gracefulCompleteWorkflow(results.getAllInternalChannelCommandResult().stream()
                    .map(result -> result.getValue().map(Object::toString).orElse("none"))
                    .sorted()
                    .toList());
        }
    }

    private static final Client CLIENT = Engine.client(new Waiting(), new Channels());

    /** Starts the workflow and returns once its state waits. */
    private static String waiting(final String way) {
        final String id = Engine.newId("waiting");
        CLIENT.startWorkflow(Waiting.class, id, 60, way);
        Engine.eventually(() -> Engine.journal(id).equals(List.of("waiting")));
        return id;
    }

    private static Object result(final String id) {
        return CLIENT.waitForWorkflowCompletion(Object.class, id);
    }

    @Test
    void aTimerFiresAndNotBeforeItsTime() {
        final long asked = System.nanoTime();
        assertEquals(Map.of("timer", "FIRED"), result(waiting("a second")));
        assertTrue(System.nanoTime() - asked >= 1_000_000_000L);
    }

    @Test
    void timersAreSkippedByIdAndByIndex() {
        final String id = waiting("two timers");
        // The note is written before the engine has heard the answer.
        Engine.eventually(() -> {
            try {
                CLIENT.skipTimer(id, "", Waits.class, 1, "another");
                return true;
            } catch (final ClientSideException tooEarly) {
                return false;
            }
        });
        assertThrows(ClientSideException.class, () -> CLIENT.skipTimer(id, "", Waits.class, 1, 7));
        CLIENT.skipTimer(id, "", Waits.class, 1, 0);
        assertEquals(Map.of("timer", "FIRED", "another", "FIRED"), result(id));
    }

    @Test
    void anyCommandEndsTheWaiting() {
        final String id = waiting("any");
        CLIENT.signalWorkflow(Waiting.class, id, "second-a", "two");
        assertEquals(Map.of("timer", "SCHEDULED", "first", "WAITING", "second", "RECEIVED two"), result(id));
    }

    @Test
    void allCommandsAreWaitedFor() {
        final String id = waiting("all");
        CLIENT.signalWorkflow(Waiting.class, id, "second-a", "two");
        CLIENT.signalWorkflow(Waiting.class, id, "first", 1);
        assertEquals(Map.of("first", "RECEIVED 1", "second", "RECEIVED two"), result(id));
    }

    @Test
    void oneCombinationEndsTheWaiting() {
        final String id = waiting("combination");
        CLIENT.signalWorkflow(Waiting.class, id, "second-a", "two");
        CLIENT.signalWorkflow(Waiting.class, id, "first", 1);
        assertEquals(Map.of("timer", "SCHEDULED", "first", "RECEIVED 1", "second", "RECEIVED two"), result(id));
    }

    @Test
    void aSignalMayCarryNothing() {
        final String id = waiting("all");
        CLIENT.signalWorkflow(Waiting.class, id, "first", null);
        CLIENT.signalWorkflow(Waiting.class, id, "second-a", null);
        assertEquals(Map.of("first", "RECEIVED", "second", "RECEIVED"), result(id));
    }

    @Test
    void parallelStatesTalkThroughInternalChannels() {
        final String id = Engine.newId("channels");
        CLIENT.startWorkflow(Channels.class, id, 60);
        assertEquals(List.of("10", "20", "Publishes-1", "Publishes-2"), result(id));
    }
}
