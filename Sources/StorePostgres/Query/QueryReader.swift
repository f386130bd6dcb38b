import Dispatch
import Engine

/// Reads a query page by page, on a queue of its own.
final class QueryReader: QueryCursor {
    let columns: [String]
    private let run: QueryRun
    private let stop: QueryStop
    private let queue: DispatchQueue

    init(_ run: QueryRun, stop: QueryStop, queue: DispatchQueue) {
        columns = run.columns
        self.run = run
        self.stop = stop
        self.queue = queue
    }

    deinit { queue.async { [run] in run.close() } }

    func next() async throws(StoreError) -> QueryPage? {
        let result: Result<QueryPage?, StoreError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { [run] in
                    continuation.resume(returning: Result { () throws(StoreError) in try run.page() })
                }
            }
        } onCancel: {
            stop.cancel()
        }
        return try result.get()
    }
}
