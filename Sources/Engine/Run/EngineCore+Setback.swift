import BulkModel

extension EngineCore {
    /// What the failure means for its job; wrong books are observed with their place.
    func setback(of error: any Error) -> Setback {
        switch error {
        case let damage as UploadDamage where damage.isPassing:
            .store(StoreError(.busy, "the upload cannot be read now: \(damage)"))
        case let damage as UploadDamage: .final(damage.reason)
        case let refusal as Refusal: .final(Job.Reason(code: refusal.code, message: refusal.message))
        case let books as BooksError: .final(discredit(books.cause))
        case let error as StoreError: .store(error)
        default: .store(StoreError(.failed, "\(error)"))
        }
    }

    /// Says that the books of a job are wrong: its reason to fail.
    func discredit(_ cause: String) -> Job.Reason {
        observe(.serviceFault("receipts do not cover the records", cause: cause))
        return Job.Reason(
            code: .internalError,
            message: "The receipts do not cover the records; the server's log says where.")
    }

    /// Observes that the job is to be tried again.
    func noteRetry(of id: JobID, _ retries: Retries, after error: StoreError) {
        let cause = "\(error.code.rawValue): \(error.message)"
        observe(.chunkRetried(id, attempt: retries.attempts, cause: cause))
    }

    /// Lets the job's owner see what it waits for, cleared by the next receipt; gives the job when that changed it.
    func tellWait(of job: Job, for error: StoreError) async -> Job? {
        let message =
            error.code == .full
            ? "The database has no room left; the job goes on once there is some."
            : "The database is busy; the job goes on once it is free."
        let reason = Job.Reason(code: .serviceUnavailable, message: message)
        guard error.isRetryable, job.state == .inProgress, job.reason != reason else { return nil }
        return await note(reason, of: job.id)
    }

    /// Notes what the job waits for, nil for nothing; gives the changed job.
    func note(_ reason: Job.Reason?, of id: JobID) async -> Job? {
        do {
            return try await store.change(id, JobMachine.waiting(for: reason)).get()
        } catch {
            // Only the note is lost: a store that refuses it is why the job waits, and that was observed.
            return nil
        }
    }
}
