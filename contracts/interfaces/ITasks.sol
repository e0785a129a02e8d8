// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealId, TaskId} from "../types/Ids.sol";
import {Task, TaskStatus} from "../types/Task.sol";

/// @title ITasks
/// @notice Tasks begin, and end when nobody finished them.
interface ITasks {
    /// @notice Emitted when a task opened for contributions.
    event TaskInitialize(TaskId indexed taskid, address indexed workerpool);

    /// @notice Emitted when a task failed: the payer was refunded, the workerpool lost its stake.
    event TaskClaimed(TaskId indexed taskid);

    /// @notice There is no such deal, or it is of the other sort: boost deals have their own calls.
    /// @custom:fix Check the id; use the boost calls for boost deals, and the others for the others.
    error UnknownDeal(DealId dealId);

    /// @notice The deal has tasks `first` to `first + size - 1`.
    /// @custom:fix Pass an index from `first` to `first + size - 1`.
    error IndexOutOfRange(DealId dealId, uint256 index, uint256 first, uint256 size);

    /// @notice So many deals do not go with so many indexes.
    /// @custom:fix Pass exactly one index for each deal.
    error IndexesMismatch(uint256 deals, uint256 indexes);

    /// @notice This cannot be done with a task of this status.
    /// @custom:fix Look at the task with `viewTask`, and call what goes with its status.
    error UnexpectedTaskStatus(TaskId taskId, TaskStatus status);

    /// @notice The task may still be finished until `finalDeadline`, in unix seconds.
    /// @custom:fix Wait until `finalDeadline`.
    error TaskStillRunning(TaskId taskId, uint256 finalDeadline);

    /// @notice The transaction must come with more gas: the deal's callback is promised its share.
    /// @custom:fix Send the transaction with a higher gas limit: `needed` at that point, and what comes before it.
    error CallbackGasMissing(uint256 available, uint256 needed);

    /// @notice Opens task `index` of a deal, and returns its id.
    function initialize(DealId dealId, uint256 index) external returns (TaskId);

    /// @notice Fails a task that was not finished before its final deadline.
    function claim(TaskId taskId) external;

    /// @notice {initialize}, many at once.
    function initializeArray(DealId[] calldata dealIds, uint256[] calldata indexes) external returns (bool);

    /// @notice {claim}, many at once.
    function claimArray(TaskId[] calldata taskIds) external returns (bool);

    /// @notice {initialize} and {claim} each, many at once: for tasks that nobody even began.
    function initializeAndClaimArray(DealId[] calldata dealIds, uint256[] calldata indexes) external returns (bool);

    /// @notice The task, or zeros. Of a task of a boost deal only the status is known.
    function viewTask(TaskId id) external view returns (Task memory);

    /// @notice The callback data of a completed task (EIP-1154).
    function resultFor(TaskId id) external view returns (bytes memory);
}
