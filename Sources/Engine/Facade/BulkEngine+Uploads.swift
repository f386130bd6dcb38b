package import BulkModel
import Planning

extension BulkEngine {
    /// Keeps a body on the disk until it is known what to do with it; at most `bytesMax` bytes, and never more than an
    /// upload may have.
    package func spool(_ body: ByteSequence, bytesMax: Int) async throws(Refusal) -> SpooledBody {
        let spooler = BodySpooler(core: core)
        return try await refusing("spool") { try await spooler.spool(body, bytesMax: bytesMax) }
    }

    /// Decodes and binds every record of the open job's upload. When any is faulty the job fails, nothing of it is applied,
    /// and VALIDATION_ERROR is thrown with the faulty records in `details`, the first `Limits.detailsMax` of them.
    package func validate(_ id: JobID, by caller: Caller) async throws(Refusal) {
        try await refusing("validate") {
            let job = try await findToRun(id, for: caller)
            try await UploadValidation(core: core).validate(job)
        }
    }

    /// What is read over in the job's upload without being refused, in words.
    package func warnings(of job: Job) async throws(Refusal) -> [String] {
        try await refusing("warnings") {
            let header = job.spec.format == .csv ? job.upload?.header : nil
            return Planner.warnings(job.spec, header: header, catalog: try await core.catalog())
        }
    }
}
