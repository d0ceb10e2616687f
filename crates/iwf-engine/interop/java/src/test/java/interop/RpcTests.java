package interop;

import io.iworkflow.core.Client;
import io.iworkflow.core.ClientSideException;
import io.iworkflow.core.Context;
import io.iworkflow.core.ObjectWorkflow;
import io.iworkflow.core.RPC;
import io.iworkflow.core.StateDecision;
import io.iworkflow.core.StateDef;
import io.iworkflow.core.StateMovement;
import io.iworkflow.core.WorkflowState;
import io.iworkflow.core.command.CommandRequest;
import io.iworkflow.core.command.CommandResults;
import io.iworkflow.core.communication.Communication;
import io.iworkflow.core.communication.CommunicationMethodDef;
import io.iworkflow.core.communication.InternalChannelCommand;
import io.iworkflow.core.communication.InternalChannelDef;
import io.iworkflow.core.communication.SignalChannelDef;
import io.iworkflow.core.exceptions.WorkflowNotExistsException;
import io.iworkflow.core.persistence.DataAttributeDef;
import io.iworkflow.core.persistence.Persistence;
import io.iworkflow.core.persistence.PersistenceFieldDef;
import io.iworkflow.core.persistence.PersistenceOptions;
import io.iworkflow.core.persistence.SearchAttributeDef;
import io.iworkflow.gen.models.ErrorSubStatus;
import io.iworkflow.gen.models.PersistenceLoadingType;
import io.iworkflow.gen.models.SearchAttributeValueType;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** RPCs: what they read, write, publish and start, under locks and when they fail. */
class RpcTests {
    public static class Shop implements ObjectWorkflow {
        @Override
        public List<StateDef> getWorkflowStates() {
            return List.of(StateDef.startingState(new Listens()), StateDef.nonStartingState(new Finishes()));
        }

        @Override
        public List<PersistenceFieldDef> getPersistenceSchema() {
            return List.of(
                    DataAttributeDef.create(Integer.class, "count"),
                    SearchAttributeDef.create(SearchAttributeValueType.KEYWORD, "CustomKeywordField"));
        }

        @Override
        public List<CommunicationMethodDef> getCommunicationSchema() {
            return List.of(
                    InternalChannelDef.create(String.class, "orders"),
                    SignalChannelDef.create(String.class, "hints"));
        }

        @RPC
        public String order(final Context context, final String what,
                            final Persistence persistence, final Communication communication) {
            persistence.setDataAttribute("count", 1);
            persistence.setSearchAttributeKeyword("CustomKeywordField", what);
            persistence.recordEvent("ordered", what);
            communication.publishInternalChannel("orders", what);
            return context.getWorkflowId() + " took " + what;
        }

        @RPC
        public void finish(final Context context, final String what, final Communication communication) {
            communication.triggerStateMovements(StateMovement.create(Finishes.class, what));
        }

        @RPC
        public Integer look(final Context context, final Persistence persistence, final Communication communication) {
            return persistence.getDataAttribute("count", Integer.class);
        }

        @RPC
        public String sizes(final Context context, final Communication communication) {
            return communication.getInternalChannelSize("orders") + " " + communication.getSignalChannelSize("hints");
        }

        @RPC(
                timeoutSeconds = 20,
                dataAttributesLoadingType = PersistenceLoadingType.PARTIAL_WITH_EXCLUSIVE_LOCK,
                dataAttributesPartialLoadingKeys = {"count"},
                dataAttributesLockingKeys = {"count"},
                bypassCachingForStrongConsistency = true
        )
        public Integer countUp(final Context context, final Persistence persistence, final Communication communication) {
            final Integer before = persistence.getDataAttribute("count", Integer.class);
            final int count = (before == null ? 0 : before) + 1;
            persistence.setDataAttribute("count", count);
            return count;
        }

        @RPC
        public void stumble(final Context context, final Communication communication) {
            throw new IllegalArgumentException("there is no such thing");
        }
    }

    /** The same with the SDK's cache switched on, and nobody who listens: all stays in the channels. */
    public static class SilentShop extends Shop {
        @Override
        public List<StateDef> getWorkflowStates() {
            return List.of(StateDef.nonStartingState(new Listens()), StateDef.nonStartingState(new Finishes()));
        }

        @Override
        public PersistenceOptions getPersistenceOptions() {
            return PersistenceOptions.builder().enableCaching(true).build();
        }
    }

    public static class Listens implements WorkflowState<Void> {
        @Override
        public Class<Void> getInputType() {
            return Void.class;
        }

        @Override
        public CommandRequest waitUntil(final Context context, final Void input,
                                        final Persistence persistence, final Communication communication) {
            return CommandRequest.forAllCommandCompleted(InternalChannelCommand.create("orders"));
        }

        @Override
        public StateDecision execute(final Context context, final Void input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            final Object order = results.getAllInternalChannelCommandResult().get(0).getValue().orElseThrow();
            return StateDecision.singleNextState(Finishes.class, order.toString());
        }
    }

    public static class Finishes implements WorkflowState<String> {
        @Override
        public Class<String> getInputType() {
            return String.class;
        }

        @Override
        public StateDecision execute(final Context context, final String order, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            return StateDecision.gracefulCompleteWorkflow(
                    order + " " + persistence.getDataAttribute("count", Integer.class));
        }
    }

    private static final Client CLIENT = Engine.client(new Shop(), new SilentShop());

    @Test
    void anRpcReadsWritesAndPublishesAtOnce() {
        final String id = Engine.newId("shop");
        CLIENT.startWorkflow(Shop.class, id, 60);
        final Shop shop = CLIENT.newRpcStub(Shop.class, id);
        assertEquals(id + " took tea", CLIENT.invokeRPC(shop::order, "tea"));
        assertEquals("tea 1", CLIENT.waitForWorkflowCompletion(String.class, id));
        final String query = "CustomKeywordField = 'tea' AND WorkflowId = '" + id + "'";
        Engine.eventually(() -> {
            final var found = CLIENT.searchWorkflow(query, 10).getWorkflowExecutions();
            return found != null && found.size() == 1;
        });
        // Reading works on a closed run, writing does not.
        assertEquals(1, CLIENT.invokeRPC(shop::look));
        assertThrows(WorkflowNotExistsException.class, () -> CLIENT.invokeRPC(shop::order, "coffee"));
    }

    @Test
    void anRpcStartsStates() {
        final String id = Engine.newId("finish");
        CLIENT.startWorkflow(SilentShop.class, id, 60);
        CLIENT.invokeRPC(CLIENT.newRpcStub(SilentShop.class, id)::finish, "early");
        assertEquals("early null", CLIENT.waitForWorkflowCompletion(String.class, id));
    }

    @Test
    void anRpcSeesHowMuchWaitsInTheChannels() {
        final String id = Engine.newId("sizes");
        CLIENT.startWorkflow(SilentShop.class, id, 60);
        final SilentShop shop = CLIENT.newRpcStub(SilentShop.class, id);
        CLIENT.signalWorkflow(SilentShop.class, id, "hints", "one");
        CLIENT.signalWorkflow(SilentShop.class, id, "hints", "two");
        CLIENT.invokeRPC(shop::order, "kept");
        assertEquals("1 2", CLIENT.invokeRPC(shop::sizes));
        CLIENT.stopWorkflow(id);
    }

    @Test
    void lockingRpcsLoseNoUpdate() throws Exception {
        final String id = Engine.newId("count");
        CLIENT.startWorkflow(SilentShop.class, id, 60);
        final SilentShop shop = CLIENT.newRpcStub(SilentShop.class, id);
        final Callable<Integer> countUp = () -> {
            while (true) {
                try {
                    return CLIENT.invokeRPC(shop::countUp);
                } catch (final ClientSideException refused) {
                    // 450 is the answer that is safe to retry.
                    if (refused.getStatusCode() != 450) {
                        throw refused;
                    }
                }
            }
        };
        final ExecutorService callers = Executors.newFixedThreadPool(8);
        final List<Future<Integer>> counts = callers.invokeAll(IntStream.range(0, 40).mapToObj(n -> countUp).toList());
        int sum = 0;
        for (final Future<Integer> count : counts) {
            sum += count.get();
        }
        callers.shutdown();
        assertEquals(40 * 41 / 2, sum);
        assertEquals(40, CLIENT.invokeRPC(shop::look));
        CLIENT.stopWorkflow(id);
    }

    @Test
    void aFailingRpcTellsWhatTheWorkerSaid() {
        final String id = Engine.newId("stumble");
        CLIENT.startWorkflow(SilentShop.class, id, 60);
        final SilentShop shop = CLIENT.newRpcStub(SilentShop.class, id);
        final ClientSideException failed =
                assertThrows(ClientSideException.class, () -> CLIENT.invokeRPC(shop::stumble));
        assertEquals(420, failed.getStatusCode());
        assertEquals(ErrorSubStatus.WORKER_API_ERROR, failed.getErrorSubStatus());
        assertEquals("java.lang.IllegalArgumentException", failed.getErrorResponse().getOriginalWorkerErrorType());
        assertEquals("there is no such thing", failed.getErrorResponse().getOriginalWorkerErrorDetail());
        CLIENT.stopWorkflow(id);
    }

    @Test
    void anRpcOfAnUnknownWorkflowIsToldApart() {
        final Shop shop = CLIENT.newRpcStub(Shop.class, Engine.newId("unknown"));
        assertThrows(WorkflowNotExistsException.class, () -> CLIENT.invokeRPC(shop::look));
    }
}
