// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {TaskId} from "../types/Ids.sol";

/// @title IConsensus
/// @notice From agreement to payment: winners reveal, the scheduler finalizes.
interface IConsensus {
    /// @notice Emitted when a winner showed the digest it had committed to.
    event TaskReveal(TaskId indexed taskid, address indexed worker, bytes32 digest);

    /// @notice Emitted when a consensus that nobody revealed was given up.
    event TaskReopen(TaskId indexed taskid);

    /// @notice Emitted when a task was completed and everyone paid.
    event TaskFinalize(TaskId indexed taskid, bytes results);

    /// @notice Emitted when a worker was right together with others: its score grows.
    event AccurateContribution(address indexed worker, TaskId indexed taskid);

    /// @notice Emitted when a worker was wrong or did not reveal: its score and its stake are gone.
    event FaultyContribution(address indexed worker, TaskId indexed taskid);

    /// @notice Reveals closed at `deadline`, in unix seconds.
    /// @custom:fix Wait for the scheduler to finalize or reopen the task; next time, reveal before `deadline`.
    error RevealsClosed(TaskId taskId, uint256 deadline);

    /// @notice The worker has no winning contribution that is not yet revealed.
    /// @custom:fix Reveal once, from the account that contributed the result that won.
    error NothingToReveal(TaskId taskId, address worker);

    /// @notice The consensus is on another result.
    /// @custom:fix Reveal the digest whose result hash won: `consensusValue` of `viewTask` is keccak256(task id ‖
    /// digest).
    error DigestMismatch(TaskId taskId, bytes32 digest);

    /// @notice The worker copied the result hash without knowing the result.
    /// @custom:fix Reveal from the account that made the seal keccak256(worker ‖ task id ‖ digest) when contributing.
    error SealMismatch(TaskId taskId, address worker, bytes32 digest);

    /// @notice Only the workerpool's owner at deal time may do this.
    /// @custom:fix Send it from `scheduler`, who owned the workerpool when the deal was made.
    error CallerIsNotTheScheduler(TaskId taskId, address caller, address scheduler);

    /// @notice Winners may still reveal until `deadline`, in unix seconds.
    /// @custom:fix Wait until `deadline`; if a winner reveals before, finalize instead.
    error RevealsStillOpen(TaskId taskId, uint256 deadline);

    /// @notice Somebody revealed: finalize instead.
    /// @custom:fix Call `finalize` instead.
    error AlreadyRevealed(TaskId taskId, uint256 revealed);

    /// @notice Only `revealed` of `winners` revealed, and they may until `deadline`, in unix seconds.
    /// @custom:fix Wait for the winners to reveal, or for `deadline`; if nobody has revealed by then, reopen.
    error RevealsMissing(TaskId taskId, uint256 revealed, uint256 winners, uint256 deadline);

    /// @notice The task could be finished until `deadline`, in unix seconds. Now it can only be claimed.
    /// @custom:fix Call `claim`: the payer gets its money back.
    error FinalDeadlinePassed(TaskId taskId, uint256 deadline);

    /// @notice Shows the digest that the caller, a winner, committed to.
    function reveal(TaskId taskId, bytes32 resultDigest) external;

    /// @notice Gives up a consensus that nobody revealed in time. Scheduler only.
    function reopen(TaskId taskId) external;

    /// @notice Completes a task and pays everyone. Scheduler only.
    /// @param results Where the result is, for people and clients.
    /// @param resultsCallback What the deal's callback receives; its hash must be the digest where there is a callback
    /// or this is not empty.
    function finalize(TaskId taskId, bytes calldata results, bytes calldata resultsCallback) external;

    /// @notice The worker's score.
    function viewScore(address worker) external view returns (uint256);
}
