import ArgumentParser

/// `breakbulk process`: changes, archives or deletes the records that match, on a server.
struct ProcessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "process",
        abstract: "Change, archive or delete records in bulk, on a server; every record has its outcome.",
        discussion: """
            breakbulk process orders --operation status-update --where status=PENDING --set status=PROCESSING
            breakbulk process orders --operation archive --where status=COMPLETED --where 'created_at<2025-01-01'
            breakbulk process orders --operation delete --ids failed.ndjson --errors again.ndjson
            breakbulk process orders --resume

            The last checkpoint is kept in .breakbulk-process-TABLE.cursor in this folder until the end is reached: \
            after a crash or a cut, --resume goes on there, and every record is told once. A new run on the table \
            takes its place and says which cursor that was. Values are text; numbers, \
            true, false and null are themselves ('zip="0815"' makes a number text). There must be a server: a \
            database alone is no place for it.

            \(CommandExit.help)
            """)

    @Argument(help: "The table.")
    var table: String

    @Option(help: "status-update, archive or delete.")
    var operation: String?

    @Option(
        name: .customLong("where"),
        help:
            "Only records where this holds: COLUMN=VALUE, or with != < <= > >=. Repeat it for more; all must hold."
    )
    var conditions: [String] = []

    @Option(help: "A filter as JSON, for what --where cannot say; must hold too.")
    var filter: String?

    @Option(
        help:
            "Only the records whose ids are in this file (- for standard input), one a line or as --errors wrote them."
    )
    var ids: String?

    @Flag(help: "All records of the table.")
    var all = false

    @Option(
        name: .customLong("set"), help: "COLUMN=VALUE: what to change with status-update. Repeat it for more."
    )
    var assignments: [String] = []

    @Flag(help: "Try it: everything is done and undone again.")
    var dryRun = false

    @Option(help: "Do nothing when more records than this match.")
    var maxAffected: Int?

    @Option(help: "Stop at this many errors.")
    var maxErrors: Int?

    @Flag(help: "Stop at the first error.")
    var stopOnError = false

    @Option(help: "Records between two checkpoints; default: as the database's speed goes.")
    var batchSize: Int?

    @Option(
        defaultAsFlag: "last", parsing: .next,
        help:
            "Go on where an earlier run ended: a cursor, or the last one kept here. Needs nothing else, or the whole request as it was."
    )
    var resume: String?

    @Option(
        help: "Write the failed records to this file, a JSON object a line; with --resume it is added to.")
    var errors: String?

    @Flag(help: "Print the server's lines as they are instead of progress and words.")
    var json = false

    @OptionGroup var server: ServerOptions

    func validate() throws {
        try ProcessOptions.check(self)
    }

    func run() async throws {
        let cursorFile = CursorFile(table: table)
        let request = try ProcessOptions.request(self, cursorFile: cursorFile)
        if let kept = cursorFile.read(), kept != request.resumeFrom {
            Console.note(
                "An earlier run on \(table) has not ended. This one replaces its cursor in \(cursorFile.path); "
                    + "to finish the earlier one: breakbulk process \(table) --resume \(kept)")
        }
        let desk = try server.desk(environment: SystemEnvironment.variables)
        let log = try errors.map { path throws(CommandFailure) in
            try ErrorLog(path: path, goesOn: resume != nil)
        }
        let report = try await ProcessRun(
            desk: desk, request: request, display: ProgressDisplay(isQuiet: json),
            cursorFile: cursorFile, errorLog: log, passesThrough: json
        ).run()
        if !json { report.lines.forEach(Console.line) }
        throw ExitCode(report.exitStatus.rawValue)
    }
}
