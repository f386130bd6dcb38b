import ArgumentParser
import BulkModel
import Formats
import Planning

/// What the options of `breakbulk process` mean together.
enum ProcessOptions {
    /// Refuses what cannot be meant before anything is sent.
    static func check(_ command: ProcessCommand) throws {
        let actions = SelectionAction.allCases.map(\.rawValue)
        if let operation = command.operation, !actions.contains(operation) {
            throw ValidationError("--operation is \(actions.joined(separator: ", ")).")
        }
        try checkNumbers(command)
        guard !command.stopOnError || command.maxErrors == nil else {
            throw ValidationError("Give one of --stop-on-error and --max-errors.")
        }
        for text in command.assignments where WhereClause(text)?.sign != .equal {
            throw ValidationError("--set is COLUMN=VALUE, and \(text) is not.")
        }
        _ = try command.conditions.map(clause)
        if command.resume != nil, command.operation == nil { return try checkResume(command) }
        guard let operation = command.operation else { throw ValidationError("Name an --operation.") }
        let isUpdate = operation == SelectionAction.update.rawValue
        guard isUpdate == !command.assignments.isEmpty else {
            throw ValidationError(
                isUpdate ? "Say what to change: --set COLUMN=VALUE." : "--set goes with status-update only.")
        }
        let isFiltered = !command.conditions.isEmpty || command.filter != nil
        let scopes = [isFiltered, command.ids != nil, command.all].filter { $0 }.count
        guard scopes == 1 else {
            throw ValidationError("Say which records: --where (and --filter), or --ids, or --all.")
        }
    }

    /// A cursor knows its request: half of one beside it is a misunderstanding.
    private static func checkResume(_ command: ProcessCommand) throws {
        let isAlone =
            command.conditions.isEmpty && command.assignments.isEmpty && command.filter == nil
            && command.ids == nil && !command.all && options(command).isEmpty
        guard isAlone else {
            throw ValidationError("--resume goes alone, or with the whole request as it was.")
        }
    }

    /// The request; reads the file of ids and the kept cursor.
    static func request(
        _ command: ProcessCommand, cursorFile: CursorFile
    ) throws(CommandFailure) -> ProcessRequest {
        var request = ProcessRequest(table: command.table, operation: command.operation)
        request.filters = command.conditions.compactMap { WhereClause($0)?.filter }
        if let filter = command.filter { request.filters.append(try json(filter)) }
        if let path = command.ids { request.recordIDs = try RecordIDList.read(path) }
        request.updates = command.assignments.compactMap { text in
            WhereClause(text).map { JSONValue.Member($0.column, $0.value) }
        }
        request.options = options(command)
        if let resume = command.resume { request.resumeFrom = try cursor(resume, cursorFile) }
        return request
    }

    private static func checkNumbers(_ command: ProcessCommand) throws {
        let numbers = [
            ("--max-affected", command.maxAffected), ("--max-errors", command.maxErrors),
            ("--batch-size", command.batchSize),
        ]
        for (name, number) in numbers {
            if let number, number < 1 { throw ValidationError("\(name) is a whole number, from 1.") }
        }
    }

    private static func clause(_ text: String) throws -> WhereClause {
        if let clause = WhereClause(text) { return clause }
        throw ValidationError("--where is COLUMN=VALUE, or with != < <= > >=, and \(text) is not.")
    }

    private static func options(_ command: ProcessCommand) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        func add(_ name: String, _ number: Int?) {
            if let number { members.append(.init(name, .integer(Int64(number)))) }
        }
        add("batchSize", command.batchSize)
        add("maxErrors", command.maxErrors)
        add("maxAffected", command.maxAffected)
        if command.stopOnError { members.append(.init("continueOnError", false)) }
        if command.dryRun { members.append(.init("dryRun", true)) }
        if command.all { members.append(.init("all", true)) }
        return members
    }

    private static func json(_ text: String) throws(CommandFailure) -> JSONValue {
        do {
            return try JSONParser.parse(Array(text.utf8), limits: Limits())
        } catch {
            throw CommandFailure(.usage, "--filter is not JSON: \(error.message)")
        }
    }

    private static func cursor(_ given: String, _ file: CursorFile) throws(CommandFailure) -> String {
        guard given == "last" else { return given }
        if let cursor = file.read() { return cursor }
        throw CommandFailure(
            .usage, "There is no \(file.path) in this folder: no run that was cut, or it ran elsewhere.")
    }
}
