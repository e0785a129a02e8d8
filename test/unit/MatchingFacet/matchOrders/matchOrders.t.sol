// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Vm} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Vm.sol";

import {IEscrowMoves} from "../../../../contracts/interfaces/IEscrowMoves.sol";
import {IMatching} from "../../../../contracts/interfaces/IMatching.sol";
import {IWorkerpool} from "../../../../contracts/interfaces/IWorkerpool.sol";
import {Deal} from "../../../../contracts/types/Deal.sol";
import {DealId} from "../../../../contracts/types/Ids.sol";
import {DatasetOrder} from "../../../../contracts/types/Orders.sol";
import {MatchingMarket} from "../../../fixtures/MatchingMarket.sol";

contract MatchOrders_Unit_Test is MatchingMarket {
    function testFuzz_ShouldMakeADealOfFourOrdersAsTheyStand(
        uint256 stakeRatio,
        uint256 rewardRatio,
        uint256 time,
        address callback,
        address anybody,
        string calldata params
    ) external {
        vm.assume(bytes(params).length < 1_000);
        stakeRatio = bound(stakeRatio, 0, 1e18);
        rewardRatio = bound(rewardRatio, 0, 100);
        time = bound(time, NOW, type(uint40).max);
        vm.prank(scheduler.addr);
        IWorkerpool(workerpool).changePolicy(stakeRatio, rewardRatio);
        _withVolume(7);
        appOrder.tag = _tag(0x11);
        datasetOrder.tag = _tag(0x20);
        workerpoolOrder.tag = _tag(0xff);
        workerpoolOrder.trust = requestOrder.trust = 5;
        workerpoolOrder.category = requestOrder.category = 1;
        requestOrder.tag = _tag(0x41);
        requestOrder.beneficiary = anybody;
        requestOrder.callback = callback;
        requestOrder.params = params;
        vm.warp(time);
        Deal memory made = poco.viewDeal(_matchOrders());

        assertEq(made.app.pointer, app, "app");
        assertEq(made.app.owner, appProvider.addr, "app owner");
        assertEq(made.app.price, APP_PRICE, "app price");
        assertEq(made.dataset.pointer, dataset, "dataset");
        assertEq(made.dataset.owner, dataProvider.addr, "dataset owner");
        assertEq(made.dataset.price, DATASET_PRICE, "dataset price");
        assertEq(made.workerpool.pointer, workerpool, "workerpool");
        assertEq(made.workerpool.owner, scheduler.addr, "workerpool owner");
        assertEq(made.workerpool.price, POOL_PRICE, "workerpool price");
        assertEq(made.trust, 5, "trust");
        assertEq(made.category, 1, "category");
        assertTrue(made.tag.covers(_tag(0x71)) && _tag(0x71).covers(made.tag), "tag");
        assertEq(made.requester, requester.addr, "requester");
        assertEq(made.beneficiary, anybody, "beneficiary");
        assertEq(made.callback, callback, "callback");
        assertEq(made.params, params, "params");
        assertEq(made.startTime, time, "start");
        assertEq(made.botFirst, 0, "first");
        assertEq(made.botSize, 7, "size");
        assertEq(made.workerStake, (POOL_PRICE * stakeRatio) / 100, "worker stake");
        assertEq(made.schedulerRewardRatio, rewardRatio, "reward ratio");
        assertEq(made.sponsor, requester.addr, "sponsor");
    }

    function test_ShouldCountTrustZeroAsOne() external {
        requestOrder.trust = 0;

        assertEq(poco.viewDeal(_matchOrders()).trust, 1);
    }

    function test_ShouldSayWhatMovesThenWhoHasWorkThenWhatMatched() external {
        _withVolume(3);
        _signOrders();

        vm.recordLogs();
        DealId dealId = _match();
        Vm.Log[] memory heard = vm.getRecordedLogs();

        emit IERC20.Transfer(requester.addr, address(poco), 3 * PRICE);
        emit IEscrowMoves.Lock(requester.addr, 3 * PRICE);
        emit IERC20.Transfer(scheduler.addr, address(poco), 3 * POOL_STAKE);
        emit IEscrowMoves.Lock(scheduler.addr, 3 * POOL_STAKE);
        _emitMatched(dealId, signer.hashDataset(datasetOrder), 3);
        _assertSame(heard, vm.getRecordedLogs());
    }

    function test_ShouldSayAllOfItAtPricesOfZero() external {
        appOrder.appprice = datasetOrder.datasetprice = workerpoolOrder.workerpoolprice = 0;
        _signOrders();

        vm.recordLogs();
        DealId dealId = _match();
        Vm.Log[] memory heard = vm.getRecordedLogs();

        emit IERC20.Transfer(requester.addr, address(poco), 0);
        emit IEscrowMoves.Lock(requester.addr, 0);
        emit IERC20.Transfer(scheduler.addr, address(poco), 0);
        emit IEscrowMoves.Lock(scheduler.addr, 0);
        _emitMatched(dealId, signer.hashDataset(datasetOrder), 1);
        _assertSame(heard, vm.getRecordedLogs());
    }

    function testFuzz_ShouldLockThePayerAndTheSchedulerForTheWholeVolume(
        uint256 appPrice,
        uint256 datasetPrice,
        uint256 poolPrice,
        uint256 volume
    ) external {
        appOrder.appprice = requestOrder.appmaxprice = bound(appPrice, 0, 1e15);
        datasetOrder.datasetprice = requestOrder.datasetmaxprice = bound(datasetPrice, 0, 1e15);
        workerpoolOrder.workerpoolprice = requestOrder.workerpoolmaxprice = bound(poolPrice, 0, 1e15);
        volume = bound(volume, 1, 1e9);
        _withVolume(volume);
        uint256 price = (appOrder.appprice + datasetOrder.datasetprice + workerpoolOrder.workerpoolprice) * volume;
        uint256 stake = ((workerpoolOrder.workerpoolprice * 30) / 100) * volume;
        _fund(requester.addr, price);
        _fund(scheduler.addr, stake);
        _matchOrders();

        assertEq(poco.balanceOf(requester.addr), FUNDS, "requester");
        assertEq(poco.frozenOf(requester.addr), price, "requester, frozen");
        assertEq(poco.balanceOf(scheduler.addr), FUNDS, "scheduler");
        assertEq(poco.frozenOf(scheduler.addr), stake, "scheduler, frozen");
        assertEq(poco.balanceOf(address(poco)), price + stake, "hub");
    }

    function test_ShouldRoundTheStakesDownTaskByTask() external {
        _withVolume(10);
        workerpoolOrder.workerpoolprice = 3;
        DealId dealId = _matchOrders();

        assertEq(poco.frozenOf(scheduler.addr), 0, "scheduler");
        assertEq(poco.viewDeal(dealId).workerStake, 0, "worker");
    }

    function testFuzz_ShouldNameTheDealAfterTheRequestAndWhatItHadUsed(uint256 first, uint256 second) external {
        first = bound(first, 1, 1e4);
        second = bound(second, 1, 1e4);
        _withVolume(first + second);
        appOrder.volume = first;
        bytes32 requestHash = signer.hashRequest(requestOrder);

        bytes32 expected = keccak256(abi.encodePacked(requestHash, uint256(0)));
        assertEq(DealId.unwrap(_matchOrders()), expected, "first deal");
        appOrder.salt = "another";
        appOrder.volume = second;
        expected = keccak256(abi.encodePacked(requestHash, first));
        assertEq(DealId.unwrap(_matchOrders()), expected, "second deal");
        assertEq(poco.viewDeal(DealId.wrap(expected)).botFirst, first, "second deal's first task");
        assertEq(poco.viewDeal(DealId.wrap(expected)).botSize, second, "second deal's size");
    }

    function testFuzz_ShouldLetAnyoneBringOrdersTogether(address caller) external {
        _signOrders();
        vm.prank(caller);
        _match();

        assertEq(poco.frozenOf(requester.addr), PRICE);
    }

    /// @dev Nobody signed a null dataset order, so nothing that it says counts.
    function testFuzz_WhenThereIsNoDataset(DatasetOrder calldata nullOrder) external {
        _withoutDataset();
        datasetOrder = nullOrder;
        datasetOrder.dataset = address(0);
        bytes32 appHash = signer.hashApp(appOrder);
        bytes32 poolHash = signer.hashWorkerpool(workerpoolOrder);
        bytes32 requestHash = signer.hashRequest(requestOrder);
        _signOrders();
        datasetOrder.sign = nullOrder.sign;

        // It should say that the hash of the dataset order is zero.
        vm.expectEmit(address(poco));
        emit IMatching.OrdersMatched(_firstDealId(), appHash, 0, poolHash, requestHash, 1);
        Deal memory made = poco.viewDeal(_match());

        // It should make a deal without one.
        assertEq(made.dataset.pointer, address(0), "dataset");
        assertEq(made.dataset.owner, address(0), "dataset owner");
        assertEq(made.dataset.price, 0, "dataset price");
        assertTrue(_tag(0).covers(made.tag), "tag");
        assertEq(poco.viewConsumed(signer.hashDataset(datasetOrder)), 0, "consumed");
        // It should lock no dataset price.
        assertEq(poco.frozenOf(requester.addr), APP_PRICE + POOL_PRICE, "locked");
    }

    function _emitMatched(DealId dealId, bytes32 datasetHash, uint256 volume) private {
        emit IMatching.SchedulerNotice(workerpool, dealId);
        emit IMatching.OrdersMatched(
            dealId,
            signer.hashApp(appOrder),
            datasetHash,
            signer.hashWorkerpool(workerpoolOrder),
            signer.hashRequest(requestOrder),
            volume
        );
    }
}
