import BulkModel

/// What the caller can do next, each a sentence with the call to make.
struct NextSteps {
    let job: Job
    let links: JobLinks

    /// In the order in which one would do them.
    var sentences: [String] {
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
            "To stop it: PATCH \(links.job) with {\"state\": \"Aborted\"}; what was applied stays applied.",
        ]
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
