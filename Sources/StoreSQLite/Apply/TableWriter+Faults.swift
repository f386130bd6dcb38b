import BulkModel
import Engine
import Planning

extension TableWriter {
    /// The fault of the record that the last `write` refused.
    func fault(_ row: UnsafePointer<BoundValue>, _ view: BatchView, at position: Position) throws -> Fault {
        let faults = ConstraintFault(plan: plan, columns: columns)
        guard missingNames.isEmpty else { return faults.missing(missingNames, at: position) }
        guard let failure else { return faults.notFound(row, view, at: position) }
        // An upsert's key that is taken by a row the caller does not see.
        if failure.kind == .unique, failure.message.isEmpty { return faults.taken(row, view, at: position) }
        guard failure.kind == .foreignKey else {
            return faults.fault(for: failure, row: row, in: view, at: position)
        }
        // A lost transaction has taken the record's own changes with it as well, so looking is right either way.
        if let key = try unresolvedForeignKey(row, view) {
            return faults.unresolved(key, row, view, at: position)
        }
        return faults.referred(by: try referringTable(row, view), at: position)
    }

    /// True when the batch's columns and plan are the ones this was prepared for.
    func fits(_ batch: BoundBatch, by plan: Plan) -> Bool {
        self.plan.operation == plan.operation && columns == batch.columns && self.plan.key == plan.key
            && self.plan.table == plan.table && self.plan.tenant == plan.tenant
    }
}
