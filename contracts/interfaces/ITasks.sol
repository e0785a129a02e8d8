// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {DealId, TaskId} from "../types/Ids.sol";
import {Task, TaskStatus} from "../types/Task.sol";

/// @title ITasks
/// @notice Tasks: opening them, claiming the failed ones, and reading them.
interface ITasks {
    /// @notice Emitted when a task is opened for contributions.
    event TaskInitialize(TaskId indexed taskid, address indexed workerpool);

    /// @notice Emitted when a task fails: the payer is refunded, and the workerpool loses its stake.
    event TaskClaimed(TaskId indexed taskid);

    /// @notice No deal of this sort has this id: classic deals use the functions without `Boost`, boost deals those
    /// with it.
    /// @custom:fix Check the id; for a boost deal call the `…Boost` functions, for a classic deal the others.
    error UnknownDeal(DealId dealId);

    /// @notice The deal has tasks `first` to `first + size - 1`.
    /// @custom:fix Pass an index from `first` to `first + size - 1`.
    error IndexOutOfRange(DealId dealId, uint256 index, uint256 first, uint256 size);

    /// @notice The call names `deals` deals and `indexes` indexes of tasks.
    /// @custom:fix Pass exactly one index for each deal.
    error IndexesMismatch(uint256 deals, uint256 indexes);

    /// @notice The task has a status that does not allow this call.
    /// @custom:fix Read the task with `viewTask`, and call a function that its status allows.
    error UnexpectedTaskStatus(TaskId taskId, TaskStatus status);

    /// @notice The task may still be finished until `finalDeadline`, in unix seconds.
    /// @custom:fix Wait until `finalDeadline`.
    error TaskStillRunning(TaskId taskId, uint256 finalDeadline);

    /// @notice The transaction has too little gas left to give the deal's callback the gas that the hub guarantees.
    /// @custom:fix Send the transaction with a higher gas limit: `needed` must be left when the callback is called.
    error CallbackGasMissing(uint256 available, uint256 needed);

    /// @notice Opens task `index` of a deal, and returns its id.
    function initialize(DealId dealId, uint256 index) external returns (TaskId);

    /// @notice Fails a task that was not finished before its final deadline.
    function claim(TaskId taskId) external;

    /// @notice Does {initialize} for many tasks at once.
    function initializeArray(DealId[] calldata dealIds, uint256[] calldata indexes) external returns (bool);

    /// @notice Does {claim} for many tasks at once.
    function claimArray(TaskId[] calldata taskIds) external returns (bool);

    /// @notice Does {initialize} and {claim} for many tasks at once that nobody initialized before.
    function initializeAndClaimArray(DealId[] calldata dealIds, uint256[] calldata indexes) external returns (bool);

    /// @notice Returns the task, or zeros. For a task of a boost deal only the status is stored.
    function viewTask(TaskId id) external view returns (Task memory);

    /// @notice Returns the callback data of a completed task (EIP-1154).
    function resultFor(TaskId id) external view returns (bytes memory);
}
