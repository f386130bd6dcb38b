import BulkModel
import Engine

/// Results of a job, taken to a file or into memory.
struct ResultDownload {
    let desk: any JobDesk
    let job: String
    let part: ResultRequest.Part
    /// Nil: the job's own.
    let format: ContentFormat?

    /// The file gets its name only when it is whole. Gives the bytes written.
    @discardableResult
    func save(to path: String, showing display: ProgressDisplay? = nil) async throws(CommandFailure) -> Int {
        let file = try OutputFile(path: path)
        do throws(CommandFailure) {
            try await desk.results(of: job, part: part, format: format, recordsMax: nil) { bytes in
                try file.append(bytes)
                display?.advance(bytes: bytes.count)
            }
            try file.finish()
        } catch {
            file.discard()
            throw error
        }
        return file.byteCount
    }

    /// To standard output.
    func print() async throws(CommandFailure) {
        try await desk.results(of: job, part: part, format: format, recordsMax: nil) { Console.put($0) }
    }

    /// The first records, in memory.
    func collect(recordsMax: Int) async throws(CommandFailure) -> [UInt8] {
        let gathered = GatheredBytes()
        try await desk.results(of: job, part: part, format: format, recordsMax: recordsMax) {
            gathered.append($0)
        }
        return gathered.bytes
    }
}
