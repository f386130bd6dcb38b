import AsyncHTTPClient
import BulkModel
import Engine
import Formats
import NIOCore
import NIOHTTP1

/// Jobs of a server, by the calls of spec 002.
struct ServerDesk: JobDesk {
    let address: ServerAddress
    /// The API key or JWT; nil for a server with open authentication.
    let key: String?
    /// Sent as `X-Tenant-ID` when given.
    let tenant: String?

    /// Bytes of an answer that is read into memory: a page of jobs, or a few failed records of a megabyte
    /// each.
    private static let answerBytesMax = 64 << 20
    /// An upload or download may take this long; its own pace is watched by the server.
    private static let transferHours: Int64 = 24

    /// Not the package's shared one: that unpacks gzip, and a packed export must stay packed. Lives as long
    /// as the process.
    private static let client = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))

    func create(_ request: JobRequest) async throws(CommandFailure) -> JobView {
        var members: [JSONValue.Member] = [
            .init("operation", .string(request.operation.rawValue)), .init("object", .string(request.table)),
            .init("content_type", .string(request.format.rawValue)),
            .init("compression", .string(request.compression.rawValue)),
        ]
        if let query = request.query { members.append(.init("query", .string(query))) }
        if let key = request.key { members.append(.init("key", .string(key))) }
        return try view(await call(.POST, "/bulk/jobs", body: .object(members)))
    }

    func upload(_ file: InputFile, to job: String, showing display: ProgressDisplay)
        async throws(CommandFailure)
    {
        let answer = try await call(.GET, "/bulk/jobs/\(job)/upload-url")
        guard let url = answer["upload_url"]?.string else { throw unexpected("no upload_url") }
        var request = HTTPClientRequest(url: url)
        request.method = .PUT
        request.headers.add(name: "Content-Type", value: Self.mediaType(file.format))
        let pieces = BufferPieces(pieces: CountedPieces(pieces: file.pieces, display: display))
        let length = file.byteCount.map { HTTPClientRequest.Body.Length.known(Int64($0)) } ?? .unknown
        request.body = .stream(pieces, length: length)
        _ = try await answerJSON(try await send(request))
    }

    func close(_ job: String) async throws(CommandFailure) {
        _ = try await call(.PATCH, "/bulk/jobs/\(job)", body: ["state": "UploadComplete"])
    }

    func job(_ job: String, waitSeconds: Int) async throws(CommandFailure) -> JobView {
        try view(await call(.GET, "/bulk/jobs/\(job)?wait=\(waitSeconds)"))
    }

    func results(
        of job: String, part: ResultRequest.Part, format: ContentFormat?, recordsMax: Int?,
        to sink: @Sendable ([UInt8]) throws -> Void
    ) async throws(CommandFailure) {
        var path = "/bulk/jobs/\(job)/results"
        if part != .all { path += "/\(part.rawValue)" }
        var query: [String] = []
        if let format { query.append("format=\(format.rawValue.lowercased())") }
        if let recordsMax { query.append("max_records=\(recordsMax)") }
        if !query.isEmpty { path += "?" + query.joined(separator: "&") }
        let response = try await send(request(.GET, path))
        guard (200..<300).contains(response.status.code) else { throw try await refusal(response) }
        do {
            for try await piece in response.body { try sink(Array(piece.readableBytesView)) }
        } catch {
            throw failure(error)
        }
    }

    func jobs(state: JobState?, limit: Int) async throws(CommandFailure) -> [JobView] {
        let name = state.flatMap { state in JobView.stateNames.first { $0.key == state }?.value }
        let filter = name.map { "&state=\($0)" } ?? ""
        let answer = try await call(.GET, "/bulk/jobs?limit=\(limit)\(filter)")
        return (answer["jobs"]?.array ?? []).compactMap { JobView($0) }
    }

    func watchCommand(for job: String) -> String { "breakbulk watch \(job) --server \(address.typed)" }

    private static func mediaType(_ format: ContentFormat) -> String {
        format == .csv ? "text/csv" : format.mediaType
    }

    private func view(_ value: JSONValue) throws(CommandFailure) -> JobView {
        guard let view = JobView(value) else { throw unexpected("no job in it") }
        return view
    }

    func request(_ method: HTTPMethod, _ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address.base + path)
        request.method = method
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        if let tenant { request.headers.add(name: "X-Tenant-ID", value: tenant) }
        return request
    }

    private func call(
        _ method: HTTPMethod, _ path: String, body: JSONValue? = nil
    ) async throws(CommandFailure) -> JSONValue {
        var request = request(method, path)
        if let body {
            var writer = JSONWriter()
            writer.value(body)
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: writer.bytes))
        }
        return try await answerJSON(try await send(request))
    }

    func send(_ request: HTTPClientRequest) async throws(CommandFailure) -> HTTPClientResponse {
        do {
            return try await Self.client.execute(request, timeout: .hours(Self.transferHours))
        } catch {
            throw failure(error)
        }
    }

    private func answerJSON(_ response: HTTPClientResponse) async throws(CommandFailure) -> JSONValue {
        guard (200..<300).contains(response.status.code) else { throw try await refusal(response) }
        do {
            let body = try await response.body.collect(upTo: Self.answerBytesMax)
            return try JSONParser.parse(Array(body.readableBytesView), limits: Limits())
        } catch let error as FormatError {
            throw unexpected(error.message)
        } catch {
            throw failure(error)
        }
    }

    /// What the server's problem details (RFC 9457) say.
    func refusal(_ response: HTTPClientResponse) async throws(CommandFailure) -> CommandFailure {
        let status = response.status.code
        let problem: JSONValue
        do {
            let body = try await response.body.collect(upTo: Self.answerBytesMax)
            problem = try JSONParser.parse(Array(body.readableBytesView), limits: Limits())
        } catch {
            return CommandFailure(.refused, "\(address.typed) answered \(status) without saying why.")
        }
        var details = (problem["errors"]?.array ?? []).compactMap(Self.detail)
        if status == 401 { details.append("Give a key with --key, or in the variable BREAKBULK_KEY.") }
        let message = problem["detail"]?.string ?? "\(address.typed) answered \(status)."
        return CommandFailure(.refused, code: problem["code"]?.string, message, details: details)
    }

    private static func detail(_ value: JSONValue) -> String? {
        guard let message = value["message"]?.string else { return nil }
        return value["field"]?.string.map { "\($0): \(message)" } ?? message
    }

    private func unexpected(_ what: String) -> CommandFailure {
        CommandFailure(
            .refused,
            "The answer of \(address.typed) is not one of a Breakbulk server (\(what)); check --server.")
    }

    private func failure(_ error: any Error) -> CommandFailure {
        if let failure = error as? CommandFailure { return failure }
        if let fault = error as? FileFault { return fault.failure }
        let isRefused = "\(error)".contains("ECONNREFUSED") || "\(error)".contains("Connection refused")
        let cause = isRefused ? "nobody listens there" : "\(error)"
        return CommandFailure(
            .refused,
            "Could not reach \(address.typed): \(cause). Is the server running? Start one: breakbulk serve")
    }
}
