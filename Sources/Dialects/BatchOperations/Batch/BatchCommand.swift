import BulkModel
import Engine
import Formats

/// A batch as it was asked for: what the engine is to do, and what the answer needs beside it.
struct BatchCommand: Sendable {
    var request: BatchRequest
    /// One for each operation.
    var originals: [BatchIntake.Original]
    var showsFailuresOnly = false
    /// What its lists were read by.
    let lists: RecordLists

    /// Reads the body; INVALID_REQUEST with every faulty field.
    ///
    /// `parallel` bounds how many operations may be under way at once. It is held against its range and needs nothing more:
    /// operations are done set by set in request order, which any bound allows.
    init(
        _ body: JSONValue, dialect: String, limits: Limits, webhooks: WebhookIntake, lists: RecordLists
    ) throws(Refusal) {
        guard var fields = FieldReader(body) else {
            throw Refusal(.invalidRequest, issue: "not_an_object", "The body must be a JSON object.")
        }
        self.lists = lists
        var intake = BatchIntake(limits: limits, lists: lists)
        let operations = try intake.operations(fields.value("operations"))
        request = BatchRequest(
            dialect: dialect, operations: operations.map(\.operation), timeout: limits.batchTimeoutDefault)
        originals = operations.map(\.original)
        if let value = fields.value("options") {
            if var options = FieldReader(value, path: "options.") {
                read(&options, limits, webhooks)
                options.refuseOthers()
                intake.take(options.faults)
            } else {
                fields.fault("options", "Must be an object, such as {\"atomic\": true}.")
            }
        }
        fields.take(intake.faults)
        try fields.finish()
    }

    private mutating func read(_ options: inout FieldReader, _ limits: Limits, _ webhooks: WebhookIntake) {
        request.isAtomic = options.flag("atomic") ?? false
        let goesOn = options.flag("continue_on_error")
        if request.isAtomic, goesOn == true {
            options.fault(
                "continue_on_error", "Must be false or left out with \"atomic\": true.", .invalidRequest)
        }
        request.continuesOnError = goesOn ?? !request.isAtomic
        _ = options.integer("parallel", in: 1...limits.batchParallelMax)
        let millisecondsMax = Int(limits.batchTimeoutMax.components.seconds) * 1000
        if let milliseconds = options.integer("timeout_ms", in: 1...millisecondsMax) {
            request.timeout = .milliseconds(milliseconds)
        }
        showsFailuresOnly = options.flag("suppress_success") ?? false
        request.isSoftDelete = options.flag("soft_delete")
        if let value = options.value("webhook"), let target = webhooks.target(value, "webhook", &options) {
            var job = JobOptions()
            job.noun = .batch
            job.webhook = target
            request.job = job
        }
    }
}
