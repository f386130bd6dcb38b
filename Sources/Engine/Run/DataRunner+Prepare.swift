import BulkModel
import Formats
import Planning

extension DataRunner {
    /// Sees to it that the job has that many batches ready, as far as it has records left.
    func prepare(_ id: JobID, batches count: Int) async {
        do {
            try await open(id)
            while let job = active[id], job.batches.count < count, job.hasMoreToRead {
                try await prepareNext(job)
            }
        } catch let damage as UploadDamage where damage.isPassing {
            await recover(id, from: StoreError(.busy, "the upload cannot be read now: \(damage)"))
        } catch let damage as UploadDamage {
            active[id]?.doom = damage.reason
            await preparer.forget(id)
        } catch let refusal as Refusal {
            active[id]?.doom = Job.Reason(code: refusal.code, message: refusal.message)
        } catch {
            let error = error as? StoreError ?? StoreError(.failed, "\(error)")
            await recover(id, from: error)
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
                records: min(job.sizer.records / turnsShared, recipe.recordsMax),
                bytesMax: core.limits.chunkBytesMax)
        }
        guard let run else {
            active[id]?.doom = discredit("no segment holds record \(job.nextToRead)")
            return
        }
        let batch = try await preparer.prepare(run, of: recipe, path: core.folder.upload(of: id))
        guard batch.recordCount == run.recordCount else {
            active[id]?.doom = discredit(
                "\(run.recordCount) records split at \(run.origin.record), \(batch.recordCount) decoded")
            return
        }
        let start = job.nextToRead - run.origin.record
        active[id]?.batches.append(ActiveJob.Prepared(batch: batch, start: start))
        active[id]?.nextToRead = run.nextRecord
        active[id]?.page = page
    }

    /// While several jobs take turns their chunks are shorter, so that a small job does not wait for long ones.
    private var turnsShared: Int { active.count > 1 ? 4 : 1 }

    private func page(holding record: Int, of job: ActiveJob) async throws(StoreError) -> SegmentPage? {
        if let page = job.page, page.firstRecord <= record, record < page.firstRecord + page.recordCount {
            return page
        }
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
        guard let upload = job.job.upload else {
            throw Refusal(.internalError, "The job was started without an upload.")
        }
        let header = job.job.spec.format == .csv ? upload.header : nil
        let plan = try Planner.plan(job.job.spec, header: header, catalog: try await core.catalog())
        guard try await core.receiptsCover(job.job) else {
            active[id]?.doom = discredit("receipts before record \(job.job.nextRecord)")
            return
        }
        active[id]?.recipe = ChunkRecipe(job.job, upload: upload, plan: plan, limits: core.limits)
    }
}
