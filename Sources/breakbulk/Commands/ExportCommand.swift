import ArgumentParser
import BulkModel
import Engine
import Formats

/// `breakbulk export`: a table, or the rows of a query, to a file or standard output.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Export a table, or the rows of a query, as CSV, JSON or NDJSON.",
        discussion: """
            breakbulk export sales -o sales.csv
            breakbulk export --query "SELECT status, count(*) AS n FROM sales GROUP BY status"

            \(CommandExit.help)
            """)

    @Argument(help: "The table; may be left out with --query.")
    var table: String?

    @Option(help: "One read-only SQL statement instead of the whole table.")
    var query: String?

    @Option(help: "csv, json or ndjson; default: by the name after -o, else csv.")
    var format: SampleFormat?

    @Flag(help: "Pack the output with gzip.")
    var gzip = false

    @Option(name: .shortAndLong, help: "The file to write; default: standard output.")
    var output: String?

    @Flag(help: "Print one JSON object about the job (needs -o).")
    var json = false

    @OptionGroup var place: PlaceOptions

    func validate() throws {
        guard table != nil || query != nil else {
            throw ValidationError("Name a table, or give a query with --query.")
        }
        guard !json || output != nil else {
            throw ValidationError("--json needs -o, since the rows would go to standard output too.")
        }
        try place.check()
    }

    func run() async throws {
        let request = try request()
        let display = ProgressDisplay(isQuiet: json || output == nil)
        let (job, bytes) = try await place.withDesk { desk throws(CommandFailure) in
            defer { display.end() }
            let created = try await desk.create(request)
            try await desk.close(created.id)
            let job = try await JobWatch(desk: desk, display: display).wait(for: created.id, until: nil)
            guard job.state == .jobComplete else {
                throw CommandFailure(.jobFailed, job.reason ?? "Job \(job.id) ended as \(job.stateName).")
            }
            let download = ResultDownload(desk: desk, job: job.id, part: .all, format: nil)
            display.begin(.downloading)
            guard let output else {
                try await download.print()
                return (job, 0)
            }
            return (job, try await download.save(to: output, showing: display))
        }
        guard let output else { return }
        if json { return Console.line(JSONText.line(.object(job.members))) }
        let rows = Figures.counted(job.counts.read, "row")
        Console.note("\(rows), \(Figures.bytes(Double(bytes))), in \(output)")
    }

    /// What to create.
    func request() throws(CommandFailure) -> JobRequest {
        guard let table = table ?? query.flatMap(QueryTable.guess) else {
            throw CommandFailure(
                .usage, "Name the table that the query is about: breakbulk export TABLE --query …")
        }
        var request = JobRequest(operation: .query, table: table)
        request.query = query
        request.format = format?.contentFormat ?? output.flatMap { InputFile.format(ofName: $0) } ?? .csv
        request.compression = gzip || output?.hasSuffix(".gz") == true ? .gzip : .none
        return request
    }
}
