// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Market} from "../fixtures/Market.sol";
import {ITasks} from "../../contracts/interfaces/ITasks.sol";
import {Deal, DealBoost} from "../../contracts/types/Deal.sol";
import {DealId, TaskId} from "../../contracts/types/Ids.sol";

/// @dev Deals and results are both kept as code, once under names of one sort: a task's id named its results, and whoever
/// gave it as a deal's id got a deal read from them. A thief with an app, a workerpool and a task of its own wrote
/// results that read as a boost deal which somebody else pays for, and was paid with what that one had frozen.
contract ResultsAreNoDeals_Test is Market {
    uint256 internal constant LOOT = PRICE;

    Account internal thief;
    TaskId internal taskId;
    DealId internal forged;

    function setUp() public override {
        super.setUp();
        // What leads a solo receipt is its worker. Read as a deal, its first byte says how much to skip: here, up to
        // the results.
        uint256 key = 1;
        while (uint160(vm.addr(key)) >> 152 < 52) ++key;
        thief = Account(vm.addr(key), key);
        _fund(thief.addr, FUNDS);
        _matchOrders();

        _resetOrders();
        _withoutDataset();
        _withVolume(2);
        appOrder.app = requestOrder.app = appRegistry.createApp(thief.addr, "app", "", "", 0, "");
        workerpoolOrder.workerpool = requestOrder.workerpool = workerpoolRegistry.createWorkerpool(thief.addr, "pool");
        workerpoolOrder.workerpoolprice = requestOrder.workerpoolmaxprice = LOOT;
        requestOrder.requester = thief.addr;
        appOrder.sign = _sign(thief, signer.hashApp(appOrder));
        workerpoolOrder.sign = _sign(thief, signer.hashWorkerpool(workerpoolOrder));
        requestOrder.sign = _sign(thief, signer.hashRequest(requestOrder));
        taskId = poco.initialize(poco.matchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder), 0);
        forged = DealId.wrap(TaskId.unwrap(taskId));
    }

    function test_ResultsOfOneWorkerAreNoBoostDeal() external {
        bytes memory padding = new bytes((uint160(thief.addr) >> 152) - 52);
        bytes memory authorization = _authorize(thief, thief.addr, taskId, address(0));
        vm.prank(thief.addr);
        poco.contributeAndFinalize(
            taskId,
            "any",
            abi.encodePacked(padding, _forgedDeal()),
            "",
            address(0),
            "",
            authorization
        );

        authorization = _authorize(thief, thief.addr, forged.taskAt(0), address(0));
        vm.expectRevert(abi.encodeWithSelector(ITasks.UnknownDeal.selector, forged));
        vm.prank(thief.addr);
        poco.pushResultBoost(forged, 0, "", "", authorization, address(0), "");
        vm.expectRevert(abi.encodeWithSelector(ITasks.UnknownDeal.selector, forged));
        poco.claimBoost(forged, 0);
        assertEq(poco.frozenOf(requester.addr), PRICE, "frozen by the victim");
        DealBoost memory none;
        assertEq(abi.encode(poco.viewDealBoost(forged)), abi.encode(none), "boost deal");
    }

    function test_ResultsOfManyWorkersAreNoDeal() external {
        _contribute(taskId, thief.addr);
        vm.startPrank(thief.addr);
        poco.reveal(taskId, "any");
        poco.finalize(taskId, abi.encodePacked(_forgedDeal(), new bytes(200)), "");
        vm.stopPrank();

        Deal memory none;
        assertEq(abi.encode(poco.viewDeal(forged)), abi.encode(none), "deal");
        vm.expectRevert(abi.encodeWithSelector(ITasks.UnknownDeal.selector, forged));
        poco.initialize(forged, 0);
    }

    function _contribute(TaskId id, address account) private {
        bytes memory authorization = _authorize(thief, account, id, address(0));
        vm.prank(account);
        poco.contribute(id, _resultHash(id, "any"), _resultSeal(account, id, "any"), address(0), "", authorization);
    }

    /// @dev How a deal is packed, from botSize on: one task, since now, by the thief's workerpool, for the requester.
    function _forgedDeal() private view returns (bytes memory) {
        return
            abi.encodePacked(
                abi.encodePacked(hex"0101", uint8(5), uint40(NOW), uint8(2), uint16(CLOCK), hex"00", hex"00"),
                abi.encodePacked(uint8(16), uint128(LOOT), thief.addr, hex"00", thief.addr, requester.addr)
            );
    }
}
