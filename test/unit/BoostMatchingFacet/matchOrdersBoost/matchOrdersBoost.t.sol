// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Vm} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Vm.sol";

import {IBoostMatching} from "../../../../contracts/interfaces/IBoostMatching.sol";
import {IEscrowMoves} from "../../../../contracts/interfaces/IEscrowMoves.sol";
import {IMatching} from "../../../../contracts/interfaces/IMatching.sol";
import {DealBoost} from "../../../../contracts/types/Deal.sol";
import {DealId, dealIdOf} from "../../../../contracts/types/Ids.sol";
import {OrderKind} from "../../../../contracts/types/Orders.sol";
import {MatchingMarket} from "../../../fixtures/MatchingMarket.sol";

/// @dev The reasons not to match that are not boost's own are tried with {matchOrders}, through this function too.
contract MatchOrdersBoost_Unit_Test is MatchingMarket {
    function testFuzz_RevertWhen_TheRequestAsksForMoreTrustThanOneWorkerGives(uint256 trust) external {
        trust = bound(trust, 2, type(uint256).max);
        requestOrder.trust = trust;
        workerpoolOrder.trust = type(uint256).max;
        _signOrders();

        _assertBoostRefused(abi.encodeWithSelector(IBoostMatching.TrustTooHighForBoost.selector, trust));
    }

    function testFuzz_RevertWhen_TheAppCostsMoreThanBoostCanKeep(uint256 price) external {
        price = _tooLarge(price);
        appOrder.appprice = requestOrder.appmaxprice = price;

        _assertPriceRefused(OrderKind.APP, price);
    }

    function testFuzz_RevertWhen_TheDatasetCostsMoreThanBoostCanKeep(uint256 price) external {
        price = _tooLarge(price);
        datasetOrder.datasetprice = requestOrder.datasetmaxprice = price;

        _assertPriceRefused(OrderKind.DATASET, price);
    }

    function testFuzz_RevertWhen_TheWorkerpoolCostsMoreThanBoostCanKeep(uint256 price) external {
        price = _tooLarge(price);
        workerpoolOrder.workerpoolprice = requestOrder.workerpoolmaxprice = price;

        _assertPriceRefused(OrderKind.WORKERPOOL, price);
    }

    function testFuzz_RevertGiven_TheRequesterHasTooLittle(uint256 price) external {
        price = bound(price, FUNDS, type(uint96).max);
        appOrder.appprice = requestOrder.appmaxprice = price;
        _signOrders();

        uint256 needed = price + DATASET_PRICE + POOL_PRICE;
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, requester.addr, FUNDS, needed)
        );
        _matchBoost();
    }

    function testFuzz_ShouldMakeADealOfFourOrders(uint256 volume, address callback, uint256 time) external {
        volume = bound(volume, 1, 1_000);
        time = bound(time, NOW, NOW + 1e9);
        _withVolume(volume);
        _withTee();
        requestOrder.callback = callback;
        _signOrders();
        vm.warp(time);
        DealBoost memory made = poco.viewDealBoost(_matchBoost());

        assertEq(made.appOwner, appProvider.addr, "app owner");
        assertEq(made.appPrice, APP_PRICE, "app price");
        assertEq(made.datasetOwner, dataProvider.addr, "dataset owner");
        assertEq(made.datasetPrice, DATASET_PRICE, "dataset price");
        assertEq(made.workerpoolOwner, scheduler.addr, "workerpool owner");
        assertEq(made.workerpoolPrice, POOL_PRICE, "workerpool price");
        assertEq(made.requester, requester.addr, "requester");
        assertEq(made.workerReward, (POOL_PRICE * 99) / 100, "reward");
        assertEq(made.callback, callback, "callback");
        assertEq(made.deadline, time + 7 * CLOCK, "deadline");
        assertEq(made.botFirst, 0, "first");
        assertEq(made.botSize, volume, "size");
        assertEq(made.shortTag, bytes3(uint24(1)), "tag");
        assertEq(made.sponsor, requester.addr, "sponsor");
    }

    function test_ShouldAcceptTrustZero() external {
        requestOrder.trust = workerpoolOrder.trust = 0;
        _signOrders();

        assertEq(poco.viewDealBoost(_matchBoost()).botSize, 1);
    }

    function test_ShouldAcceptTheLargestPriceThatItCanKeep() external {
        // All that can be in escrow, shared out so that somebody can pay for it.
        uint256 price = (type(uint96).max - poco.totalSupply()) / 4;
        appOrder.appprice = requestOrder.appmaxprice = price;
        datasetOrder.datasetprice = requestOrder.datasetmaxprice = price;
        workerpoolOrder.workerpoolprice = requestOrder.workerpoolmaxprice = price;
        _fund(requester.addr, 3 * price);
        _fund(scheduler.addr, price);
        _signOrders();
        DealBoost memory made = poco.viewDealBoost(_matchBoost());

        assertEq(made.appPrice, price, "app price");
        assertEq(made.datasetPrice, price, "dataset price");
        assertEq(made.workerpoolPrice, price, "workerpool price");
        assertEq(made.workerReward, (price * 99) / 100, "reward");
    }

    function test_ShouldNameTheDealAsAClassicOne() external {
        _signOrders();

        assertEq(
            DealId.unwrap(_matchBoost()),
            keccak256(abi.encodePacked(signer.hashRequest(requestOrder), bytes32(0)))
        );
    }

    function testFuzz_ShouldSayWhatMovesThenWhoHasWhatWorkThenWhatMatched(bool hasDataset) external {
        _withVolume(2);
        if (!hasDataset) _withoutDataset();
        _withTee();
        _signOrders();

        vm.recordLogs();
        DealId dealId = _matchBoost();
        Vm.Log[] memory heard = vm.getRecordedLogs();

        uint256 price = hasDataset ? PRICE : APP_PRICE + POOL_PRICE;
        emit IERC20.Transfer(requester.addr, address(poco), 2 * price);
        emit IEscrowMoves.Lock(requester.addr, 2 * price);
        emit IERC20.Transfer(scheduler.addr, address(poco), 2 * POOL_STAKE);
        emit IEscrowMoves.Lock(scheduler.addr, 2 * POOL_STAKE);
        emit IBoostMatching.SchedulerNoticeBoost(
            workerpool,
            dealId,
            app,
            hasDataset ? dataset : address(0),
            0,
            _tag(1),
            "{}",
            beneficiary.addr
        );
        emit IMatching.OrdersMatched(
            dealId,
            signer.hashApp(appOrder),
            hasDataset ? signer.hashDataset(datasetOrder) : bytes32(0),
            signer.hashWorkerpool(workerpoolOrder),
            signer.hashRequest(requestOrder),
            2
        );
        _assertSame(heard, vm.getRecordedLogs());
    }

    function testFuzz_ShouldLockThePayerAndTheSchedulerForTheWholeVolume(uint256 poolPrice, uint256 volume) external {
        poolPrice = bound(poolPrice, 0, 1e15);
        volume = bound(volume, 1, 65_535);
        workerpoolOrder.workerpoolprice = requestOrder.workerpoolmaxprice = poolPrice;
        _withVolume(volume);
        _signOrders();
        uint256 price = (APP_PRICE + DATASET_PRICE + poolPrice) * volume;
        _fund(requester.addr, price);
        _fund(scheduler.addr, ((poolPrice * 30) / 100) * volume);
        _matchBoost();

        assertEq(poco.balanceOf(requester.addr), FUNDS, "requester");
        assertEq(poco.frozenOf(requester.addr), price, "requester, frozen");
        assertEq(poco.balanceOf(scheduler.addr), FUNDS, "scheduler");
        assertEq(poco.frozenOf(scheduler.addr), ((poolPrice * 30) / 100) * volume, "scheduler, frozen");
    }

    /// @dev Nobody signed it: what it says must not freeze anybody's money.
    function testFuzz_ShouldIgnoreThePriceOfAnOrderOfNoDataset(uint256 price) external {
        _withoutDataset();
        datasetOrder.datasetprice = requestOrder.datasetmaxprice = price;
        _signOrders();
        DealBoost memory made = poco.viewDealBoost(_matchBoost());

        assertEq(made.datasetPrice, 0, "price");
        assertEq(made.datasetOwner, address(0), "owner");
        assertEq(poco.frozenOf(requester.addr), APP_PRICE + POOL_PRICE, "frozen");
    }

    function testFuzz_ShouldIgnoreTheFrameworkOfTheDataset(uint8 bits) external {
        _withTee();
        datasetOrder.tag = _tag(bits & 0x0e);
        _signOrders();

        assertEq(poco.viewDealBoost(_matchBoost()).shortTag, bytes3(uint24(1)));
    }

    function test_ShouldKeepParamsOfAnyLengthOutOfTheDeal() external {
        requestOrder.params = string(new bytes(30_000));
        _signOrders();

        vm.expectEmit(address(poco));
        emit IBoostMatching.SchedulerNoticeBoost(
            workerpool,
            _firstDealId(),
            app,
            dataset,
            0,
            _tag(0),
            requestOrder.params,
            beneficiary.addr
        );
        _matchBoost();
    }

    function testFuzz_WhenThereAreMoreTasksThanBoostCanCount(uint256 volume) external {
        volume = bound(volume, 65_536, 2 * 65_535);
        appOrder.appprice = datasetOrder.datasetprice = workerpoolOrder.workerpoolprice = 0;
        _withVolume(volume);
        _signOrders();
        DealId first = _matchBoost();

        // It should take as many as it can count.
        assertEq(poco.viewDealBoost(first).botSize, 65_535, "size");
        // It should leave the rest of the orders open.
        assertEq(poco.viewConsumed(signer.hashApp(appOrder)), 65_535, "app order");
        assertEq(poco.viewConsumed(signer.hashDataset(datasetOrder)), 65_535, "dataset order");
        assertEq(poco.viewConsumed(signer.hashWorkerpool(workerpoolOrder)), 65_535, "workerpool order");
        bytes32 requestHash = signer.hashRequest(requestOrder);
        assertEq(poco.viewConsumed(requestHash), 65_535, "request order");
        // It should take the rest with the next deals.
        DealId second = _matchBoost();
        assertEq(DealId.unwrap(second), DealId.unwrap(dealIdOf(requestHash, 65_535)), "second id");
        assertEq(poco.viewDealBoost(second).botFirst, 65_535, "second deal's first");
        assertEq(poco.viewDealBoost(second).botSize, volume - 65_535, "second deal's size");
        assertEq(poco.viewConsumed(requestHash), volume, "nothing is left");
    }

    function _tooLarge(uint256 price) private pure returns (uint256) {
        return bound(price, uint256(type(uint96).max) + 1, type(uint112).max);
    }

    /// @dev Refused before anybody's balance is looked at: nobody can have as much.
    function _assertPriceRefused(OrderKind kind, uint256 price) private {
        _signOrders();
        _assertBoostRefused(
            abi.encodeWithSelector(IBoostMatching.PriceTooLargeForBoost.selector, kind, price, type(uint96).max)
        );
    }
}
