package interop;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.iworkflow.core.Client;
import io.iworkflow.core.ClientOptions;
import io.iworkflow.core.ObjectWorkflow;
import io.iworkflow.core.Registry;
import io.iworkflow.core.WorkerOptions;
import io.iworkflow.core.WorkerService;
import io.iworkflow.gen.models.WorkerErrorResponse;
import io.iworkflow.gen.models.WorkflowStateExecuteRequest;
import io.iworkflow.gen.models.WorkflowStateWaitUntilRequest;
import io.iworkflow.gen.models.WorkflowWorkerRpcRequest;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The engine as the SDK's client sees it, and our worker: the SDK's WorkerService behind the JDK's HTTP
 * server. {@code cargo xtask interop} says where either listens.
 */
final class Engine {
    private static final String SERVER = address("IWF_SERVER_URL");
    private static final String WORKER = address("IWF_WORKER_URL");
    private static final Registry REGISTRY = new Registry();
    private static final WorkerService SERVICE = new WorkerService(REGISTRY, WorkerOptions.defaultOptions);
    private static final ObjectMapper JSON = new ObjectMapper()
            .findAndRegisterModules()
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    private static final Map<String, List<String>> JOURNAL = new ConcurrentHashMap<>();

    static {
        serve();
    }

    private Engine() {
    }

    /** A client that knows these workflows; the worker knows them too. */
    static Client client(final ObjectWorkflow... workflows) {
        for (final ObjectWorkflow workflow : workflows) {
            REGISTRY.addWorkflow(workflow);
        }
        return new Client(REGISTRY, ClientOptions.minimum(WORKER, SERVER));
    }

    /** A client of the same workflows whose long polls take so many seconds. */
    static Client impatient(final int seconds) {
        final ClientOptions options = ClientOptions.builder()
                .workerUrl(WORKER)
                .serverUrl(SERVER)
                .objectEncoder(WorkerOptions.defaultOptions.getObjectEncoder())
                .longPollApiMaxWaitTimeSeconds(seconds)
                .build();
        return new Client(REGISTRY, options);
    }

    static String newId(final String name) {
        return name + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** Remembers what the worker was asked to do, or saw, for a workflow. */
    static void note(final String workflowId, final String what) {
        journal(workflowId).add(what);
    }

    static List<String> journal(final String workflowId) {
        return JOURNAL.computeIfAbsent(workflowId, id -> new CopyOnWriteArrayList<>());
    }

    /** Asks again until the answer is true: for what the protocol lets lag behind an answer. */
    static void eventually(final BooleanSupplier question) {
        final long end = System.nanoTime() + 20_000_000_000L;
        while (!question.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not come true in time");
            }
            Thread.onSpinWait();
            try {
                Thread.sleep(20);
            } catch (final InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
    }

    private static String address(final String variable) {
        final String value = System.getenv(variable);
        if (value == null) {
            throw new IllegalStateException(variable + " is not set: run these tests with `cargo xtask interop java`");
        }
        return value;
    }

    private static void serve() {
        try {
            final URI url = URI.create(WORKER);
            final HttpServer server = HttpServer.create(new InetSocketAddress(url.getHost(), url.getPort()), 0);
            route(server, WorkerService.WORKFLOW_STATE_WAIT_UNTIL_API_PATH,
                    WorkflowStateWaitUntilRequest.class, SERVICE::handleWorkflowStateWaitUntil);
            route(server, WorkerService.WORKFLOW_STATE_EXECUTE_API_PATH,
                    WorkflowStateExecuteRequest.class, SERVICE::handleWorkflowStateExecute);
            route(server, WorkerService.WORKFLOW_WORKER_RPC_API_PATH,
                    WorkflowWorkerRpcRequest.class, SERVICE::handleWorkflowWorkerRpc);
            server.setExecutor(Executors.newCachedThreadPool(work -> {
                final Thread thread = new Thread(work, "worker");
                thread.setDaemon(true);
                return thread;
            }));
            server.start();
        } catch (final IOException error) {
            throw new IllegalStateException("the worker cannot listen", error);
        }
    }

    private static <I, O> void route(
            final HttpServer server, final String path, final Class<I> type, final Function<I, O> handle) {
        server.createContext(path, exchange -> {
            final I request = JSON.readValue(exchange.getRequestBody(), type);
            try {
                answer(exchange, 200, handle.apply(request));
            } catch (final RuntimeException error) {
                final Throwable cause = error.getCause() == null ? error : error.getCause();
                answer(exchange, 500, new WorkerErrorResponse()
                        .detail(cause.getMessage())
                        .errorType(cause.getClass().getName()));
            }
        });
    }

    private static void answer(final HttpExchange exchange, final int status, final Object message) throws IOException {
        final byte[] body = JSON.writeValueAsBytes(message);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
