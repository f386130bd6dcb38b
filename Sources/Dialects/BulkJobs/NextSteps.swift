import BulkModel

/// What the caller can do next, each a sentence with the call to make.
struct NextSteps {
    let job: Job
    let links: JobLinks

    /// In the order in which one would do them.
    var sentences: [String] {
        guard job.spec.source == .upload else { return stream }
        if job.isSwept { return ["Upload and results were swept; create a new job to run it again."] }
        switch job.state {
        case .open: return open
        case .uploadComplete, .inProgress: return running
        case .jobComplete: return complete
        case .failed, .aborted: return stopped
        }
    }

    private var open: [String] {
        let abort = "To give up: PATCH \(links.job) with {\"state\": \"Aborted\"}."
        if job.spec.operation == .query {
            return ["Start the query: PATCH \(links.job) with {\"state\": \"UploadComplete\"}.", abort]
        }
        if job.upload != nil {
            return [
                "Close the job to start it: PATCH \(links.job) with {\"state\": \"UploadComplete\"}.", abort,
            ]
        }
        return [
            "Get the address to upload to: GET \(links.uploadURL).",
            "Send the \(job.spec.format.rawValue) file there: PUT to upload_url, which needs no other credential.",
            "Close the job to start it: PATCH \(links.job) with {\"state\": \"UploadComplete\"}.",
            abort,
        ]
    }

    private var running: [String] {
        [
            "Wait for the end: GET \(links.job)?wait=30 answers as soon as the job has ended, after 30 s at most.",
            stop,
        ]
    }

    private var stop: String {
        "To stop it: PATCH \(links.job) with {\"state\": \"Aborted\"}; what was applied stays applied."
    }

    /// Of an operation whose outcomes are told to who reads them, and are no download.
    private var stream: [String] {
        if job.isSwept { return ["Its outcomes were swept; send its request anew to run it again."] }
        let address = links.process(job.spec.table)
        let call =
            job.spec.source == .selection
            ? "POST \(address) with {\"resumeFrom\": \"CURSOR\"}"
            : "send the same records with the same parameters again, POST \(address)"
                + "?operation=\(job.spec.operation.rawValue)&resumeFrom=CURSOR"
        let purpose = job.state.isTerminal ? "Have its lines again" : "Go on with it and have its lines"
        let step = "\(purpose): \(call), where CURSOR is any that its lines hold."
        return job.state.isTerminal ? [step] : [step, stop]
    }

    private var complete: [String] {
        guard job.spec.operation.isWrite else { return ["Download the rows: GET \(links.results)."] }
        let all = "See what became of every record: GET \(links.results)."
        guard job.counts.failed > 0 else { return [all] }
        return [
            "Download the failed records: GET \(links.failedResults); correct them and send that file as a new job.",
            all,
        ]
    }

    private var stopped: [String] {
        guard job.spec.operation.isWrite, job.upload != nil else {
            return ["Create a new job: POST \(links.baseURL)/v1/bulk/jobs."]
        }
        var steps: [String] = []
        if job.counts.unprocessed > 0 {
            steps.append(
                "Download what was not reached: GET \(links.unprocessedResults); send that file as a new job."
            )
        }
        if job.counts.failed > 0 {
            steps.append("Download the failed records: GET \(links.failedResults).")
        }
        return steps + ["See what became of every record: GET \(links.results)."]
    }
}
