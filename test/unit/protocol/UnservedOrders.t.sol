// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IMatching} from "../../../contracts/interfaces/IMatching.sol";
import {DealId} from "../../../contracts/types/Ids.sol";
import {OrderKind} from "../../../contracts/types/Orders.sol";
import {Work} from "../../fixtures/Work.sol";

/// @dev What a stranger gains from a workerpool's order that admits everyone and whose tasks nobody does, and the capital
/// that it takes: docs/explanation/pool-stake.md has the figures. The protocol allows it, so pools have to prevent it.
contract UnservedOrders_Unit_Test is Work {
    uint256 private constant RLC = 1e9;
    uint256 private constant TASKS = 10;
    uint256 private constant TASK_PRICE = 100 * RLC;
    /// @dev What the stranger needs, and has back: the price of all tasks.
    uint256 private constant CAPITAL = TASKS * TASK_PRICE;
    uint256 private constant STAKE = (CAPITAL * 30) / 100;

    Account private stranger = makeAccount("stranger");
    address private strangersApp;
    address private strangersPool;

    function setUp() public override {
        super.setUp();
        strangersApp = appRegistry.createApp(stranger.addr, "never runs", "DOCKER", "", keccak256("x"), "");
        strangersPool = workerpoolRegistry.createWorkerpool(stranger.addr, "of a stranger");
        _fund(scheduler.addr, STAKE);
        _fund(stranger.addr, CAPITAL);
    }

    function test_AStrangerGainsTheStakeOfABoostDealThatNobodyServes() external {
        uint256 poolBefore = poco.balanceOf(scheduler.addr);
        _offer();
        DealId dealId = poco.matchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        assertEq(poco.balanceOf(stranger.addr), 0, "all capital is bound");

        vm.warp(CONTRIBUTION_DEADLINE);
        for (uint256 index; index < TASKS; ++index) poco.claimBoost(dealId, index);

        assertEq(poco.balanceOf(stranger.addr), CAPITAL, "and is free after seven category times");
        _assertGained(poolBefore);
    }

    function test_AStrangerGainsTheStakeOfADealWhoseAppNobodyCanRun() external {
        uint256 poolBefore = poco.balanceOf(scheduler.addr);
        _offer();
        DealId dealId = poco.matchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder);

        vm.warp(FINAL_DEADLINE);
        for (uint256 index; index < TASKS; ++index) poco.claim(poco.initialize(dealId, index));

        assertEq(poco.balanceOf(stranger.addr), CAPITAL, "all capital is free after ten category times");
        _assertGained(poolBefore);
    }

    function test_AStrangerGainsNothingWhereTheOrderNamesAnotherApp() external {
        _offer();
        workerpoolOrder.apprestrict = app;
        workerpoolOrder.sign = _sign(scheduler, signer.hashWorkerpool(workerpoolOrder));

        vm.expectRevert(abi.encodeWithSelector(IMatching.Restricted.selector, OrderKind.WORKERPOOL, app, strangersApp));
        poco.matchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        vm.expectRevert(abi.encodeWithSelector(IMatching.Restricted.selector, OrderKind.WORKERPOOL, app, strangersApp));
        poco.matchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder);
    }

    /// @dev The pool's order, and the stranger's app and request, signed.
    function _offer() private {
        _withoutDataset();
        _withVolume(TASKS);
        workerpoolOrder.workerpoolprice = TASK_PRICE;
        workerpoolOrder.sign = _sign(scheduler, signer.hashWorkerpool(workerpoolOrder));
        _ask(workerpool, TASK_PRICE);
    }

    /// @dev The stranger's app and its request to a pool.
    function _ask(address pool, uint256 price) private {
        appOrder.app = strangersApp;
        appOrder.appprice = 0;
        appOrder.sign = _sign(stranger, signer.hashApp(appOrder));
        requestOrder.app = strangersApp;
        requestOrder.requester = stranger.addr;
        requestOrder.workerpool = pool;
        requestOrder.workerpoolmaxprice = price;
        requestOrder.sign = _sign(stranger, signer.hashRequest(requestOrder));
    }

    /// @dev The stranger draws the kitty with tasks of its own that cost nothing: all that the pool lost.
    function _assertGained(uint256 poolBefore) private {
        assertEq(poolBefore - poco.balanceOf(scheduler.addr), STAKE, "the pool's loss");
        _resetOrders();
        _withoutDataset();
        _withVolume(200);
        (requestOrder.salt, appOrder.salt) = ("draw", "draw");
        (workerpoolOrder.workerpool, workerpoolOrder.workerpoolprice) = (strangersPool, 0);
        workerpoolOrder.sign = _sign(stranger, signer.hashWorkerpool(workerpoolOrder));
        _ask(strangersPool, 0);
        DealId dealId = poco.matchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        for (uint256 index; poco.frozenOf(poco.kitty_address()) > 0; ++index) {
            bytes memory authorization = _authorize(stranger, stranger.addr, dealId.taskAt(index), address(0));
            vm.prank(stranger.addr);
            poco.pushResultBoost(dealId, index, "", "", authorization, address(0), "");
        }
        assertEq(poco.balanceOf(stranger.addr) - CAPITAL, STAKE, "the stranger's gain");
    }
}
