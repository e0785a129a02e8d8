// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealId, TaskId} from "../../contracts/types/Ids.sol";
import {LeastGas} from "../fixtures/LeastGas.sol";
import {Work} from "../fixtures/Work.sol";

/// @dev What is done with many tasks at once costs as much for each, however many they are and however long the params
/// of their deals: each task used to leave its deal's params in memory, twice, so that 60 tasks took 18.9 million gas
/// where 10 took 0.8.
contract ManyTasksOfOneDeal_Regression_Test is Work, LeastGas {
    uint256 private constant FEW = 10;
    uint256 private constant MANY = 60;

    /// @dev Two deals of the longest params there are.
    DealId[2] private deals;

    function setUp() public override(Work) {
        super.setUp();
        _withVolume(2 * MANY);
        requestOrder.params = string(new bytes(24_000));
        deals[0] = _matchOrders();
        appOrder.salt = datasetOrder.salt = workerpoolOrder.salt = requestOrder.salt = "second";
        deals[1] = _matchOrders();
        vm.warp(FINAL_DEADLINE);
    }

    function test_ClaimArrayIsLinear() external {
        TaskId[] memory ids = new TaskId[](MANY);
        for (uint256 i; i < MANY; ++i) ids[i] = poco.initialize(deals[0], i);
        _assertLinear(abi.encodeCall(poco.claimArray, (_first(ids, FEW))), abi.encodeCall(poco.claimArray, (ids)));
    }

    function test_ClaimArrayOfDealsInTurnsIsLinear() external {
        TaskId[] memory ids = new TaskId[](MANY);
        for (uint256 i; i < MANY; ++i) ids[i] = poco.initialize(deals[i % 2], i);
        _assertLinear(abi.encodeCall(poco.claimArray, (_first(ids, FEW))), abi.encodeCall(poco.claimArray, (ids)));
    }

    function test_InitializeArrayIsLinear() external {
        (DealId[] memory few, uint256[] memory fewIndexes) = _pairs(FEW);
        (DealId[] memory many, uint256[] memory manyIndexes) = _pairs(MANY);
        _assertLinear(
            abi.encodeCall(poco.initializeArray, (few, fewIndexes)),
            abi.encodeCall(poco.initializeArray, (many, manyIndexes))
        );
    }

    function test_InitializeAndClaimArrayIsLinear() external {
        (DealId[] memory few, uint256[] memory fewIndexes) = _pairs(FEW);
        (DealId[] memory many, uint256[] memory manyIndexes) = _pairs(MANY);
        _assertLinear(
            abi.encodeCall(poco.initializeAndClaimArray, (few, fewIndexes)),
            abi.encodeCall(poco.initializeAndClaimArray, (many, manyIndexes))
        );
    }

    function test_DepositForArrayIsLinear() external {
        deal(address(rlc), requester.addr, MANY);
        vm.prank(requester.addr);
        rlc.approve(address(poco), MANY);
        (uint256[] memory amounts, address[] memory targets) = _deposits(MANY);
        (uint256[] memory fewAmounts, address[] memory fewTargets) = _deposits(FEW);
        _assertLinear(
            abi.encodeCall(poco.depositForArray, (fewAmounts, fewTargets)),
            abi.encodeCall(poco.depositForArray, (amounts, targets))
        );
    }

    /// @dev Many cost at most a tenth more for each than few, which share what is paid once.
    function _assertLinear(bytes memory few, bytes memory many) private {
        uint256 ofFew = _leastGas(requester.addr, address(poco), few) / FEW;
        uint256 ofMany = _leastGas(requester.addr, address(poco), many) / MANY;
        assertLe(ofMany, ofFew + ofFew / 10, "gas for each");
    }

    /// @dev Tasks of both deals in turns, which is the worst order.
    function _pairs(uint256 count) private view returns (DealId[] memory ids, uint256[] memory indexes) {
        (ids, indexes) = (new DealId[](count), new uint256[](count));
        for (uint256 i; i < count; ++i) (ids[i], indexes[i]) = (deals[i % 2], i);
    }

    function _deposits(uint256 count) private pure returns (uint256[] memory amounts, address[] memory targets) {
        (amounts, targets) = (new uint256[](count), new address[](count));
        for (uint256 i; i < count; ++i) (amounts[i], targets[i]) = (1, address(uint160(0xbeef0000 + i)));
    }

    function _first(TaskId[] memory ids, uint256 count) private pure returns (TaskId[] memory few) {
        few = new TaskId[](count);
        for (uint256 i; i < count; ++i) few[i] = ids[i];
    }
}
