import BulkModel
import Engine
import Formats
import Planning
import Synchronization

extension EngineFixture {
    /// Rows of `items` with these keys, all named `old`.
    func fill(_ keys: some Sequence<Int>, name: String = "old") {
        store.state.withLock { state in
            for key in keys { state.rows["items", default: [:]][String(key)] = [name] }
        }
    }

    /// Keys of the rows with that name, in order.
    func keys(named name: String) -> [Int] {
        store.state.withLock { state in
            (state.rows["items"] ?? [:]).filter { $0.value == [name] }.compactMap { Int($0.key) }.sorted()
        }
    }

    /// Renames what is named `old` to `new`.
    static let renaming = SelectionRequest(
        table: "items", action: .update,
        scope: .matching(.term(.init(column: "name", test: .eq, value: "old", place: "filters.name"))),
        updates: [.init("name", "new")])

    /// Renames the listed ids to `new`.
    static func renaming(ids: [Int]) -> SelectionRequest {
        var request = renaming
        request.scope = .listed(ids.map { .integer(Int64($0)) })
        return request
    }

    static func options(
        chunk: Int? = 10, errorsMax: Int? = nil, recordsMax: Int? = nil, isDryRun: Bool = false,
        runsOnAlone: Bool = false
    ) -> StreamOptions {
        var options = StreamOptions()
        options.chunkRecords = chunk
        options.errorsMax = errorsMax
        options.recordsMax = recordsMax
        options.isDryRun = isDryRun
        options.runsOnAlone = runsOnAlone
        return options
    }

    func begin(
        _ request: SelectionRequest = renaming, _ options: StreamOptions = options(), by caller: Caller? = nil
    ) async throws(Refusal) -> OutcomeStream {
        try await engine.begin(request, options: options, dialect: "streams", by: caller ?? self.caller)
    }

    func resume(
        _ job: Job, behind record: Int,
        as request: (request: SelectionRequest, options: StreamOptions)? = nil,
        by caller: Caller? = nil
    ) async throws(Refusal) -> OutcomeStream {
        try await engine.resume(
            job.id, behind: record, table: "items", as: request, by: caller ?? self.caller)
    }
}
