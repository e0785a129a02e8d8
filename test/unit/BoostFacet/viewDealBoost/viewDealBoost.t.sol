// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IWorkerpool} from "../../../../contracts/interfaces/IWorkerpool.sol";
import {DealBoost} from "../../../../contracts/types/Deal.sol";
import {DealId} from "../../../../contracts/types/Ids.sol";
import {MatchingMarket} from "../../../fixtures/MatchingMarket.sol";

contract ViewDealBoost_Unit_Test is MatchingMarket {
    function testFuzz_ShouldAnswerZerosForAnUnknownDeal(DealId dealId) external view {
        _assertNoDeal(dealId);
    }

    function test_ShouldAnswerZerosForAClassicDeal() external {
        _assertNoDeal(_matchOrders());
    }

    function testFuzz_ShouldAnswerTheLastThreeBytesOfTheTag(uint256 bits) external {
        appOrder.tag = workerpoolOrder.tag = _tag(bits);
        _signOrders();

        assertEq(poco.viewDealBoost(_matchBoost()).shortTag, bytes3(uint24(bits)));
    }

    function testFuzz_ShouldAnswerWhatWasConsumedBeforeUpToTheLargestNumberItHas(uint256 before) external {
        before = bound(before, 65_530, 65_540);
        appOrder.appprice = datasetOrder.datasetprice = workerpoolOrder.workerpoolprice = 0;
        _withVolume(before + 10);
        appOrder.volume = before;
        _matchOrders();
        appOrder.volume = before + 10;
        _signOrders();
        DealBoost memory made = poco.viewDealBoost(_matchBoost());

        assertEq(made.botFirst, Math.min(before, 65_535), "first");
        assertEq(made.botSize, 10, "size");
    }

    function testFuzz_ShouldAnswerWhatAWorkerEarns(uint256 price, uint256 ratio) external {
        price = bound(price, 0, FUNDS / 2);
        ratio = bound(ratio, 0, 100);
        workerpoolOrder.workerpoolprice = requestOrder.workerpoolmaxprice = price;
        vm.prank(scheduler.addr);
        IWorkerpool(workerpool).changePolicy(30, ratio);
        _signOrders();

        assertEq(poco.viewDealBoost(_matchBoost()).workerReward, (price * (100 - ratio)) / 100);
    }

    function test_ShouldAnswerTheDealAsItStoodWhenAssetsAreSold() external {
        _signOrders();
        DealId dealId = _matchBoost();
        bytes memory before = abi.encode(poco.viewDealBoost(dealId));
        vm.prank(scheduler.addr);
        workerpoolRegistry.transferFrom(scheduler.addr, anyone.addr, uint256(uint160(workerpool)));
        vm.prank(anyone.addr);
        IWorkerpool(workerpool).changePolicy(0, 100);

        assertEq(abi.encode(poco.viewDealBoost(dealId)), before);
    }

    function testFuzz_ShouldAnswerTheDeadlineOfTheLongestCategoryThereCanBe(uint32 clock) external {
        vm.prank(owner.addr);
        workerpoolOrder.category = requestOrder.category = poco.createCategory("long", "", clock);
        _signOrders();

        assertEq(poco.viewDealBoost(_matchBoost()).deadline, NOW + 7 * uint256(clock));
    }

    function test_ShouldAnswerTheDealThoughTheWorkerpoolAsksForTheLargestStakeThereIs() external {
        vm.prank(scheduler.addr);
        IWorkerpool(workerpool).changePolicy(type(uint256).max, 1);
        _signOrders();

        assertEq(poco.viewDealBoost(_matchBoost()).workerpoolPrice, POOL_PRICE);
    }

    function _assertNoDeal(DealId dealId) private view {
        DealBoost memory none;
        assertEq(abi.encode(poco.viewDealBoost(dealId)), abi.encode(none));
    }
}
