import ArgumentParser
import BulkModel

/// `breakbulk load`: a file into a table, with an outcome for every record.
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Load a CSV, JSON or NDJSON file (also .gz, or - for standard input) into a table.",
        discussion: """
            breakbulk load sales.csv --into sales
            breakbulk load fixed.csv --into sales --upsert order_number --database sqlite:./shop.db

            \(CommandExit.help)
            """)

    @Argument(help: "The file; - reads standard input.")
    var file: String

    @Option(help: "The table.")
    var into: String

    @Option(help: "Insert or update, finding records by this column.")
    var upsert: String?

    @Option(help: "Update only, finding records by this column.")
    var update: String?

    @Flag(help: "Delete the records that the file names by the primary key.")
    var delete = false

    @Option(help: "csv, json or ndjson; default: by the file's name.")
    var format: SampleFormat?

    @Option(help: "Write the failed records to this file, to be corrected and loaded again.")
    var failedTo: String?

    @Option(help: "Seconds to wait for the job's end; it goes on when they are over.")
    var timeout: Int?

    @Flag(help: "Print one JSON object instead of progress and words.")
    var json = false

    @OptionGroup var place: PlaceOptions

    func validate() throws {
        let modes = [upsert != nil, update != nil, delete].filter { $0 }.count
        guard modes <= 1 else { throw ValidationError("Give one of --upsert, --update and --delete.") }
        if let timeout, timeout < 1 { throw ValidationError("--timeout is a number of seconds, from 1.") }
        try place.check()
    }

    func run() async throws {
        let input = try InputFile(path: file, format: format?.contentFormat)
        let display = ProgressDisplay(isQuiet: json)
        let report = try await place.withDesk { desk throws(CommandFailure) in
            try await LoadRun(
                desk: desk, request: request(for: input), file: input, display: display,
                timeout: timeout.map { .seconds($0) }, failedPath: failedTo
            ).run()
        }
        if json { Console.line(JSONText.line(report.value)) } else { report.lines.forEach(Console.line) }
        throw ExitCode(report.exitStatus.rawValue)
    }

    /// What to create for this file.
    func request(for input: InputFile) -> JobRequest {
        var request = JobRequest(operation: .insert, table: into)
        if upsert != nil { request.operation = .upsert }
        if update != nil { request.operation = .update }
        if delete { request.operation = .delete }
        request.format = input.format
        request.compression = input.compression
        request.key = upsert ?? update
        return request
    }
}

extension SampleFormat {
    /// The job's word for it.
    var contentFormat: ContentFormat {
        switch self {
        case .csv: .csv
        case .json: .json
        case .ndjson: .ndjson
        }
    }
}
