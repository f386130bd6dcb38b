import BulkModel
import Engine
import Formats

/// Walks a receipt and writes a line for each record, as many at a time as are wanted.
struct OutcomeLines {
    private let receipt: ChunkReceipt
    private let style: LineStyle
    /// By the action's raw value: made once a chunk, the same in every line.
    private let middles: [[UInt8]]
    /// Of the next record, from 0.
    private var index: Int
    private var faultIndex: Int
    private var runIndex = 0
    private var leftInRun: Int

    /// A receipt whose faults are not those of the records that failed: lines made of it would be untrue.
    struct Unfit: Error {
        let firstRecord: Int
    }

    init(_ outcomes: StreamOutcomes, _ style: LineStyle) throws(Unfit) {
        guard Self.fits(outcomes.receipt) else { throw Unfit(firstRecord: outcomes.receipt.firstRecord) }
        receipt = outcomes.receipt
        self.style = style
        let actions = (UInt8(0)...RecordAction.error.rawValue).map(RecordAction.init(rawValue:))
        middles = actions.map { [receipt] action in
            action.map { style.middle(of: $0, at: receipt.appliedAt) } ?? []
        }
        index = 0
        leftInRun = receipt.actions.runs.first?.count ?? 0
        faultIndex = receipt.faults.firstIndex { $0.index >= outcomes.skippedCount } ?? receipt.faults.count
        skip(outcomes.skippedCount)
    }

    /// Writes lines until there are this many bytes or no more records; true while there are more.
    mutating func fill(_ writer: inout JSONWriter, upTo bytesMax: Int) -> Bool {
        while runIndex < receipt.actions.runs.count {
            let action = receipt.actions.runs[runIndex].action
            while leftInRun > 0 {
                guard writer.bytes.count < bytesMax else { return true }
                write(action, to: &writer)
                index += 1
                leftInRun -= 1
            }
            nextRun()
        }
        return false
    }

    /// Whether there is one fault for each record that failed, in their order.
    private static func fits(_ receipt: ChunkReceipt) -> Bool {
        var (index, faultIndex) = (0, 0)
        for run in receipt.actions.runs {
            let indices = index..<index + run.count
            index += run.count
            guard run.action == .error else { continue }
            let end = faultIndex + run.count
            guard end <= receipt.faults.count else { return false }
            guard receipt.faults[faultIndex..<end].elementsEqual(indices, by: { $0.index == $1 }) else {
                return false
            }
            faultIndex = end
        }
        return faultIndex == receipt.faults.count
    }

    private func number(of index: Int) -> Int { receipt.firstRecord + index }

    private mutating func write(_ action: RecordAction, to writer: inout JSONWriter) {
        if action == .error {
            let fault = receipt.faults[faultIndex].fault
            faultIndex += 1
            writer.errorLine(fault, number: number(of: index), style) { $0.key(receipt.keys, index) }
            return
        }
        writer.beginSuccess(receipt.keys, index)
        writer.bytes.append(contentsOf: middles[Int(action.rawValue)])
        if style.isIngest { writer.member(",\"record\":", number(of: index)) }
        writer.endLine(style)
    }

    private mutating func skip(_ count: Int) {
        var rest = count
        while rest >= leftInRun, runIndex < receipt.actions.runs.count {
            rest -= leftInRun
            index += leftInRun
            nextRun()
        }
        guard runIndex < receipt.actions.runs.count else { return }
        index += rest
        leftInRun -= rest
    }

    private mutating func nextRun() {
        runIndex += 1
        leftInRun = runIndex < receipt.actions.runs.count ? receipt.actions.runs[runIndex].count : 0
    }
}
