// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {DealBoost} from "../types/Deal.sol";
import {DealId, TaskId} from "../types/Ids.sol";

/// @title IBoost
/// @notice Tasks of boost deals. They are not initialized, and each is completed in one transaction.
interface IBoost {
    /// @notice Emitted when task `index` is completed and everyone is paid.
    event ResultPushedBoost(DealId dealId, uint256 index, bytes results);

    /// @notice The deal has a callback, and `resultsCallback` is empty.
    /// @custom:fix Pass the data for the callback as `resultsCallback`.
    error CallbackDataMissing(TaskId taskId, address callback);

    /// @notice Completes task `index` of a boost deal and pays everyone. Indexes are 0 to botSize - 1.
    /// @param enclaveSign The enclave's signature of the message keccak256(caller ‖ task id ‖ keccak256(data)); data is
    /// resultsCallback where the deal has a callback, else results.
    function pushResultBoost(
        DealId dealId,
        uint256 index,
        bytes calldata results,
        bytes calldata resultsCallback,
        bytes calldata authorizationSign,
        address enclaveChallenge,
        bytes calldata enclaveSign
    ) external;

    /// @notice Fails task `index` of a boost deal, which nobody completed in time.
    function claimBoost(DealId dealId, uint256 index) external;

    /// @notice Returns the boost deal, or zeros.
    function viewDealBoost(DealId id) external view returns (DealBoost memory deal);
}
