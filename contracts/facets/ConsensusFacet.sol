// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Callback} from "../core/Callback.sol";
import {Consensus} from "../core/Consensus.sol";
import {DealRecord} from "../core/DealCodec.sol";
import {Deals} from "../core/Deals.sol";
import {ledger} from "../core/Ledger.sol";
import {Payout} from "../core/Payout.sol";
import {ReceiptCodec} from "../core/ReceiptCodec.sol";
import {Reputation} from "../core/Reputation.sol";
import {tasks, TaskState} from "../core/Tasks.sol";
import {IFacet} from "../diamond/IFacet.sol";
import {IConsensus} from "../interfaces/IConsensus.sol";
import {TaskId} from "../types/Ids.sol";

/// @title ConsensusFacet
abstract contract ConsensusFacet is IFacet, IConsensus {
    /// @inheritdoc IConsensus
    function reveal(TaskId taskId, bytes32 resultDigest) external {
        Consensus.reveal(tasks().byId[taskId], taskId, msg.sender, resultDigest);
        emit TaskReveal(taskId, msg.sender, resultDigest);
    }

    /// @inheritdoc IConsensus
    function reopen(TaskId taskId) external {
        TaskState storage task = tasks().byId[taskId];
        task.reopen(taskId, Deals.load(task.deal));
        emit TaskReopen(taskId);
    }

    /// @inheritdoc IConsensus
    function finalize(TaskId taskId, bytes calldata results, bytes calldata resultsCallback) external {
        TaskState storage task = tasks().byId[taskId];
        DealRecord memory record = Deals.load(task.deal);
        task.conclude(taskId, record, resultsCallback);
        ReceiptCodec.write(taskId, results, resultsCallback);
        Payout.payConsensus(ledger(), task, record.deal, taskId);
        emit TaskFinalize(taskId, results);

        Callback.notify(record.deal.callback, taskId, resultsCallback);
    }

    /// @inheritdoc IConsensus
    function viewScore(address worker) external view returns (uint256) {
        return Reputation.scoreOf(ledger(), worker);
    }

    /// @inheritdoc IFacet
    function exportSelectors() public pure virtual returns (bytes memory) {
        return
            bytes.concat(
                IConsensus.reveal.selector,
                IConsensus.reopen.selector,
                IConsensus.finalize.selector,
                IConsensus.viewScore.selector
            );
    }
}
