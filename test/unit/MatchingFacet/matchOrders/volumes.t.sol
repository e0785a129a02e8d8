// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Deal} from "../../../../contracts/types/Deal.sol";
import {DealId} from "../../../../contracts/types/Ids.sol";
import {OrderKind, OrderOperation} from "../../../../contracts/types/Orders.sol";
import {Presigned} from "../../../fixtures/Presigned.sol";

/// @dev Rule 8: how much is left of each order, and how much a deal takes. Refusals are tried through every matching function.
contract Volumes_Unit_Test is Presigned {
    function test_RevertWhen_AnOrderIsForNoTasks() external {
        for (uint256 i; i < 4; ++i) {
            _resetOrders();
            _setVolume(i, 0);
            _signOrders();
            _assertRefused(_exhausted(OrderKind(i), _hashOf(i), 0));
        }
    }

    function testFuzz_RevertGiven_AnOrderIsUsedUp(uint256 volume) external {
        volume = bound(volume, 1, 1_000);
        for (uint256 i; i < 4; ++i) {
            uint256 before = vm.snapshotState();
            _withVolume(volume + 1);
            _setVolume(i, volume);
            _matchOrders();
            _assertRefused(_exhausted(OrderKind(i), _hashOf(i), volume));
            vm.revertToState(before);
        }
    }

    function testFuzz_RevertGiven_AnOrderWasClosed(uint256 volume) external {
        volume = bound(volume, 1, type(uint256).max);
        _withVolume(volume);
        _signOrders();
        for (uint256 i; i < 4; ++i) {
            uint256 before = vm.snapshotState();
            _manage(i, OrderOperation.CLOSE);
            assertEq(poco.viewConsumed(_hashOf(i)), volume, "consumed");
            _assertRefused(_exhausted(OrderKind(i), _hashOf(i), volume));
            vm.revertToState(before);
        }
    }

    function testFuzz_WhenOrdersHaveDifferentVolumes(uint256[4] memory volumes) external {
        uint256 volume = type(uint256).max;
        for (uint256 i; i < 4; ++i) {
            volumes[i] = bound(volumes[i], 1, 100_000);
            _setVolume(i, volumes[i]);
            volume = Math.min(volume, volumes[i]);
        }
        DealId dealId = _matchOrders();

        // It should make a deal of the smallest.
        assertEq(poco.viewDeal(dealId).botSize, volume, "size");
        // It should use as much of each order.
        _assertConsumed([volume, volume, volume, volume]);
    }

    function testFuzz_GivenOrdersArePartlyUsed(uint256[4] memory volumes, uint256 first) external {
        first = bound(first, 1, 1_000);
        uint256 least = type(uint256).max;
        for (uint256 i; i < 4; ++i) {
            volumes[i] = bound(volumes[i], first + 1, 100_000);
            _setVolume(i, volumes[i]);
            least = Math.min(least, volumes[i] - first);
        }
        _useSome(first);
        DealId dealId = _matchOrders();

        // It should make a deal of the least that is left.
        Deal memory made = poco.viewDeal(dealId);
        assertEq(made.botFirst, first, "first");
        assertEq(made.botSize, least, "size");
        // It should use as much of each.
        _assertConsumed([first + least, first + least, first + least, first + least]);
    }

    function test_WhenOrdersWithoutPricesAreUnlimited() external {
        uint256 max = type(uint256).max;
        appOrder.appprice = datasetOrder.datasetprice = workerpoolOrder.workerpoolprice = 0;
        _withVolume(max);
        DealId dealId = _matchOrders();

        // It should make a deal of all tasks there are.
        assertEq(poco.viewDeal(dealId).botSize, max, "size");
        // It should use each order up.
        _assertConsumed([max, max, max, max]);
        _assertRefused(_exhausted(OrderKind.APP, _hashOf(0), max));
    }

    /// @dev Around the largest consumption that shares a slot with the signer.
    function testFuzz_WhenOnlyTheRequestIsLimited(uint256 volume, bool narrow) external {
        volume =
            narrow ? bound(volume, type(uint64).max - 1, uint256(type(uint64).max) + 1) : bound(volume, 1, 2 ** 255);
        appOrder.appprice = datasetOrder.datasetprice = workerpoolOrder.workerpoolprice = 0;
        _withVolume(type(uint256).max);
        requestOrder.volume = volume;
        _matchOrders();
        requestOrder.salt = "another";
        requestOrder.volume = volume - 1;
        if (volume > 1) _matchOrders();

        // It should leave the rest of the unlimited orders open.
        uint256 used = volume + (volume - 1);
        _assertConsumed([used, used, used, volume - 1]);
    }

    function testFuzz_WhenThereIsNoDataset(uint256 nullVolume) external {
        _withoutDataset();
        datasetOrder.volume = nullVolume;
        requestOrder.volume = appOrder.volume = workerpoolOrder.volume = 5;
        _signOrders();
        _assertAdmitted();

        // It should ignore the volume of its order.
        assertEq(poco.viewDeal(_match()).botSize, 5, "size");
        _assertConsumed([uint256(5), 0, 5, 5]);
        // It should use nothing of the order without a hash.
        assertEq(poco.viewConsumed(0), 0, "consumed of nothing");
    }

    /// @dev Uses `volume` of each of the orders, each in a deal of its own with three orders that are not used later.
    function _useSome(uint256 volume) private {
        uint256[4] memory volumes = [appOrder.volume, datasetOrder.volume, workerpoolOrder.volume, requestOrder.volume];
        for (uint256 i; i < 4; ++i) {
            for (uint256 j; j < 4; ++j) {
                _setVolume(j, i == j ? volumes[j] : volume);
                _setSalt(j, i == j ? bytes32("kept") : bytes32(100 + i));
            }
            _matchOrders();
        }
        for (uint256 i; i < 4; ++i) {
            _setVolume(i, volumes[i]);
            _setSalt(i, "kept");
        }
    }

    function _assertConsumed(uint256[4] memory used) private view {
        for (uint256 i; i < 4; ++i) {
            assertEq(poco.viewConsumed(_hashOf(i)), used[i], string.concat("consumed of order ", vm.toString(i)));
        }
    }
}
