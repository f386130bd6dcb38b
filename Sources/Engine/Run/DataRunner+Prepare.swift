import BulkModel

extension DataRunner {
    /// Sees to it that the job has that many batches ready, as far as it has records left.
    func prepare(_ id: JobID, batches count: Int) async {
        do {
            try await open(id)
            while let job = active[id], job.batches.count < count, job.hasMoreToRead {
                try await prepareNext(job)
            }
        } catch {
            switch core.setback(of: error) {
            case .store(let error): await recover(id, from: error)
            case .final(let reason):
                active[id]?.doom = reason
                await preparer.forget(id)
            }
        }
    }

    /// Reads the next run of the job's upload into a batch.
    private func prepareNext(_ job: ActiveJob) async throws {
        let id = job.job.id
        guard let recipe = job.recipe else { return }
        let page = try await page(holding: job.nextToRead, of: job)
        let run = page.flatMap {
            SegmentRun(
                from: job.nextToRead, in: $0,
                records: min(job.sizer.records(sharingTurns: active.count > 1), recipe.recordsMax),
                bytesMax: core.limits.chunkBytesMax)
        }
        guard let run else { throw BooksError("no segment holds record \(job.nextToRead)") }
        let batch = try await preparer.prepare(run, of: recipe, path: core.folder.upload(of: id))
        let start = job.nextToRead - run.origin.record
        active[id]?.batches.append(ActiveJob.Prepared(batch: batch, start: start))
        active[id]?.nextToRead = run.nextRecord
        active[id]?.page = page
    }

    private func page(holding record: Int, of job: ActiveJob) async throws(StoreError) -> SegmentPage? {
        if let page = job.page, page.holds(record) { return page }
        return try await core.store.segmentPage(holding: record, of: job.job.id, source: .upload)
    }

    /// Begins (or, after a restart, goes on with) the job: state, plan, and that its receipts have no gap.
    private func open(_ id: JobID) async throws {
        guard var job = active[id], job.recipe == nil, job.doom == nil else { return }
        if job.job.state == .uploadComplete {
            switch try await core.change(id, .start) {
            case .success(let started): job.job = started
            case .failure: return await follow(id)
            }
            active[id] = job
        }
        active[id]?.recipe = try await core.recipe(for: job.job)
    }
}
