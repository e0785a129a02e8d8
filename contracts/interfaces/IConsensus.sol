// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {TaskId} from "../types/Ids.sol";

/// @title IConsensus
/// @notice The steps from consensus to payment: winners reveal, and the scheduler finalizes.
interface IConsensus {
    /// @notice Emitted when a winner reveals the digest that it committed to.
    event TaskReveal(TaskId indexed taskid, address indexed worker, bytes32 digest);

    /// @notice Emitted when a task whose consensus nobody revealed is reopened.
    event TaskReopen(TaskId indexed taskid);

    /// @notice Emitted when a task is completed and everyone is paid.
    event TaskFinalize(TaskId indexed taskid, bytes results);

    /// @notice Emitted when a worker agreed with the consensus of several workers: its score grows by one.
    event AccurateContribution(address indexed worker, TaskId indexed taskid);

    /// @notice Emitted when a worker contributed another result or did not reveal: it loses its stake and a third of
    /// its score.
    event FaultyContribution(address indexed worker, TaskId indexed taskid);

    /// @notice Reveals closed at `deadline`, in unix seconds.
    /// @custom:fix Wait for the scheduler to finalize or reopen the task; next time, reveal before `deadline`.
    error RevealsClosed(TaskId taskId, uint256 deadline);

    /// @notice The worker has no contribution in the winning group that is still to be revealed.
    /// @custom:fix Reveal once, from the account that contributed the result that won.
    error NothingToReveal(TaskId taskId, address worker);

    /// @notice The consensus is on another result than that of `digest`.
    /// @custom:fix Reveal the digest whose result hash won: `consensusValue` of `viewTask` is keccak256(task id ‖
    /// digest).
    error DigestMismatch(TaskId taskId, bytes32 digest);

    /// @notice The worker copied the result hash without knowing the result.
    /// @custom:fix Reveal from the account that made the seal keccak256(worker ‖ task id ‖ digest) when contributing.
    error SealMismatch(TaskId taskId, address worker, bytes32 digest);

    /// @notice Only the workerpool's owner at deal time may do this.
    /// @custom:fix Send it from `scheduler`, who owned the workerpool when the deal was made.
    error CallerIsNotTheScheduler(TaskId taskId, address caller, address scheduler);

    /// @notice Winners may reveal until `deadline`, in unix seconds.
    /// @custom:fix Wait until `deadline`; if a winner reveals before, finalize instead.
    error RevealsStillOpen(TaskId taskId, uint256 deadline);

    /// @notice Some winners have revealed, so the task can be finalized and not reopened.
    /// @custom:fix Call `finalize` instead.
    error AlreadyRevealed(TaskId taskId, uint256 revealed);

    /// @notice Only `revealed` of `winners` have revealed, and the others may until `deadline`, in unix seconds.
    /// @custom:fix Wait for the winners to reveal, or for `deadline`; if nobody has revealed by then, reopen.
    error RevealsMissing(TaskId taskId, uint256 revealed, uint256 winners, uint256 deadline);

    /// @notice The final deadline of the task, in unix seconds, has passed: it can only be claimed.
    /// @custom:fix Call `claim`: the payer gets its money back.
    error FinalDeadlinePassed(TaskId taskId, uint256 deadline);

    /// @notice Reveals the digest that the caller, a winner, committed to.
    function reveal(TaskId taskId, bytes32 resultDigest) external;

    /// @notice Reopens a task whose consensus nobody revealed in time. Scheduler only.
    function reopen(TaskId taskId) external;

    /// @notice Completes a task and pays everyone. Scheduler only.
    /// @param results The location of the result, for people and clients.
    /// @param resultsCallback The data for the deal's callback. Its keccak256 hash must be the digest where the deal
    /// has a callback or the data is not empty.
    function finalize(TaskId taskId, bytes calldata results, bytes calldata resultsCallback) external;

    /// @notice Returns the score of the worker.
    function viewScore(address worker) external view returns (uint256);
}
