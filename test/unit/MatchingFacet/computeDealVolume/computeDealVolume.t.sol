// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {OrderOperation} from "../../../../contracts/types/Orders.sol";
import {Presigned} from "../../../fixtures/Presigned.sol";

contract ComputeDealVolume_Unit_Test is Presigned {
    function testFuzz_ShouldAnswerTheSmallestVolume(uint256[4] calldata volumes) external {
        uint256 least = type(uint256).max;
        for (uint256 i; i < 4; ++i) {
            _setVolume(i, volumes[i]);
            least = Math.min(least, volumes[i]);
        }

        assertEq(_compute(), least);
    }

    function testFuzz_ShouldAnswerWhatADealThenTakes(uint256[4] memory volumes, uint256 first) external {
        for (uint256 i; i < 4; ++i) {
            _setVolume(i, bound(volumes[i], 2, 10_000));
        }
        // An app order for less leaves something of the others.
        uint256 whole = appOrder.volume;
        uint256 some = bound(first, 1, _compute() - 1);
        appOrder.volume = some;
        _matchOrders();
        appOrder.salt = "another";
        appOrder.volume = whole;

        uint256 computed = _compute();
        uint256 least = Math.min(
            Math.min(datasetOrder.volume, workerpoolOrder.volume) - some,
            Math.min(requestOrder.volume - some, whole)
        );
        assertEq(computed, least, "what is left");
        assertEq(poco.viewDeal(_matchOrders()).botSize, computed, "what is taken");
    }

    function test_ShouldAnswerZeroForAnOrderOfNoTasks() external {
        for (uint256 i; i < 4; ++i) {
            _setVolume(i, 0);
            assertEq(_compute(), 0);
            _setVolume(i, 1);
        }
        assertEq(_compute(), 1);
    }

    function testFuzz_ShouldAnswerZeroForAClosedOrder(uint256 volume) external {
        _withVolume(bound(volume, 1, type(uint256).max));
        for (uint256 i; i < 4; ++i) {
            uint256 before = vm.snapshotState();
            assertEq(_compute(), appOrder.volume, "open");
            _manage(i, OrderOperation.CLOSE);
            assertEq(_compute(), 0, "closed");
            vm.revertToState(before);
        }
    }

    function test_ShouldAnswerZeroForOrdersThatAreUsedUp() external {
        for (uint256 i; i < 4; ++i) {
            uint256 before = vm.snapshotState();
            _withVolume(3);
            _setVolume(i, 2);
            _matchOrders();
            assertEq(_compute(), 0);
            vm.revertToState(before);
        }
    }

    function testFuzz_ShouldIgnoreTheVolumeOfAnOrderOfNoDataset(uint256 volume) external {
        _withVolume(3);
        _withoutDataset();
        datasetOrder.volume = volume;

        assertEq(_compute(), 3);
    }

    function test_ShouldCountTheVolumeOfAnOrderOfADatasetThatNobodyRegistered() external {
        _withVolume(3);
        datasetOrder.dataset = anyone.addr;
        datasetOrder.volume = 2;

        assertEq(_compute(), 2);
    }

    /// @dev It previews the volume, not the match.
    function testFuzz_ShouldLookAtNothingButVolumes(address a, uint256 b) external {
        _withVolume(3);
        appOrder.app = a;
        appOrder.appprice = b;
        workerpoolOrder.workerpool = a;
        workerpoolOrder.category = b;
        requestOrder.requester = a;
        requestOrder.trust = b;

        assertEq(_compute(), 3);
    }

    function _compute() private view returns (uint256) {
        return poco.computeDealVolume(appOrder, datasetOrder, workerpoolOrder, requestOrder);
    }
}
