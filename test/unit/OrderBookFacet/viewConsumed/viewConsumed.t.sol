// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Market} from "../../../fixtures/Market.sol";
import {AppOrderOperation, OrderOperation, RequestOrderOperation} from "../../../../contracts/types/Orders.sol";

contract ViewConsumed_Unit_Test is Market {
    function testFuzz_GivenNothingWasMatched(bytes32 hash) external view {
        // It should be zero.
        assertEq(poco.viewConsumed(hash), 0);
    }

    function testFuzz_GivenADealTookPartOfTheVolume(uint256 volume, uint256 taken) external {
        volume = bound(volume, 2, type(uint256).max);
        taken = bound(taken, 1, volume - 1 < 1_000 ? volume - 1 : 1_000);
        _withVolume(volume);
        workerpoolOrder.volume = taken;
        _matchOrders();

        // It should be the size of the deal.
        check(taken, taken);
    }

    function testFuzz_GivenSeveralDealsTookAllOfIt(uint256 first, uint256 second) external {
        first = bound(first, 1, 1_000);
        second = bound(second, 1, 1_000);
        _withVolume(first + second);
        workerpoolOrder.volume = first;
        _matchOrders();
        workerpoolOrder.volume = second;
        workerpoolOrder.salt = "another";
        _matchOrders();

        // It should be the sum.
        check(first + second, second);
    }

    function testFuzz_GivenTheOrderWasClosedAfterADeal(uint256 volume) external {
        volume = bound(volume, 2, type(uint256).max);
        _withVolume(volume);
        workerpoolOrder.volume = 1;
        _matchOrders();
        vm.prank(appProvider.addr);
        poco.manageAppOrder(AppOrderOperation(appOrder, OrderOperation.CLOSE, ""));
        vm.prank(requester.addr);
        poco.manageRequestOrder(RequestOrderOperation(requestOrder, OrderOperation.CLOSE, ""));

        // It should be the whole volume.
        assertEq(poco.viewConsumed(signer.hashApp(appOrder)), volume, "app");
        assertEq(poco.viewConsumed(signer.hashRequest(requestOrder)), volume, "request");
    }

    function test_GivenAnOrderWasClosedWhoseVolumeJustFitsItsSlotOrJustDoesNot() external {
        for (uint256 volume = type(uint64).max - 1; volume <= uint256(type(uint64).max) + 1; ++volume) {
            appOrder.volume = volume;
            vm.prank(appProvider.addr);
            poco.manageAppOrder(AppOrderOperation(appOrder, OrderOperation.CLOSE, ""));

            // It should be the volume all the same.
            assertEq(poco.viewConsumed(signer.hashApp(appOrder)), volume, "app");
        }
    }

    function check(uint256 used, uint256 usedOfPool) private view {
        assertEq(poco.viewConsumed(signer.hashApp(appOrder)), used, "app");
        assertEq(poco.viewConsumed(signer.hashDataset(datasetOrder)), used, "dataset");
        assertEq(poco.viewConsumed(signer.hashRequest(requestOrder)), used, "request");
        assertEq(poco.viewConsumed(signer.hashWorkerpool(workerpoolOrder)), usedOfPool, "workerpool");
    }
}
