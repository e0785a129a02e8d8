// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Market} from "../../fixtures/Market.sol";
import {Deal, DealBoost} from "../../../contracts/types/Deal.sol";
import {Task, TaskStatus} from "../../../contracts/types/Task.sol";
import {DealId, TaskId} from "../../../contracts/types/Ids.sol";
import {Contribution} from "../../../contracts/types/Contribution.sol";

contract Smoke is Market {
    function test_Deal() external {
        DealId id = _matchOrders();
        Deal memory d = poco.viewDeal(id);
        assertEq(d.app.pointer, app);
        assertEq(d.dataset.price, DATASET_PRICE);
        assertEq(d.workerStake, WORKER_STAKE);
        assertEq(d.params, "{}");
        assertEq(d.beneficiary, beneficiary.addr);
        assertEq(poco.frozenOf(requester.addr), PRICE);
        assertEq(poco.frozenOf(scheduler.addr), POOL_STAKE);
        assertEq(poco.balanceOf(address(poco)), PRICE + POOL_STAKE);
        assertEq(poco.viewConsumed(signer.hashRequest(requestOrder)), 1);
        vm.expectRevert();
        poco.matchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder);
    }

    function test_Solo() external {
        _withTee();
        TaskId id = _openTask();
        bytes32 digest = keccak256("result");
        bytes memory auth = _authorize(scheduler, worker.addr, id, enclave.addr);
        bytes memory es = _signMessage(
            enclave,
            keccak256(abi.encodePacked(_resultHash(id, digest), _resultSeal(worker.addr, id, digest)))
        );
        vm.prank(worker.addr);
        poco.contributeAndFinalize(id, digest, "results", "", enclave.addr, es, auth);
        Task memory t = poco.viewTask(id);
        assertEq(uint8(t.status), uint8(TaskStatus.COMPLETED));
        assertEq(t.results, "results");
        assertEq(t.contributors[0], worker.addr);
        assertEq(poco.balanceOf(address(poco)), 0);
        assertEq(poco.balanceOf(worker.addr), FUNDS + 1980);
        assertEq(poco.balanceOf(appProvider.addr), APP_PRICE);
        assertEq(poco.viewContribution(id, worker.addr).enclaveChallenge, enclave.addr);
    }

    function test_Crowd() external {
        requestOrder.trust = 3;
        TaskId id = _openTask();
        _contribute(id, worker, "lie");
        _contribute(id, worker2, "truth");
        _contribute(id, worker3, "truth");
        assertEq(uint8(poco.viewTask(id).status), uint8(TaskStatus.ACTIVE));
        _fund(anyone.addr, FUNDS);
        _contribute(id, anyone, "truth");
        Task memory t = poco.viewTask(id);
        assertEq(uint8(t.status), uint8(TaskStatus.REVEALING));
        assertEq(t.winnerCounter, 3);
        assertEq(t.consensusValue, _resultHash(id, "truth"));
        vm.prank(worker2.addr);
        poco.reveal(id, "truth");
        vm.prank(worker3.addr);
        poco.reveal(id, "truth");
        vm.prank(anyone.addr);
        poco.reveal(id, "truth");
        vm.prank(scheduler.addr);
        poco.finalize(id, "results", "");
        t = poco.viewTask(id);
        assertEq(t.resultDigest, "truth");
        assertEq(t.consensusValue, _resultHash(id, "truth"));
        assertEq(t.contributors.length, 4);
        assertEq(t.contributors[0], worker.addr);
        assertEq(poco.balanceOf(address(poco)), 0);
        assertEq(poco.balanceOf(worker.addr), FUNDS - WORKER_STAKE);
        assertEq(poco.viewScore(worker2.addr), 1);
    }

    function test_Claim() external {
        requestOrder.trust = 3;
        TaskId id = _openTask();
        _contribute(id, worker, "lie");
        vm.warp(NOW + 10 * CLOCK);
        poco.claim(id);
        assertEq(poco.balanceOf(requester.addr), FUNDS);
        assertEq(poco.balanceOf(worker.addr), FUNDS);
        assertEq(poco.frozenOf(poco.kitty_address()), POOL_STAKE);
        assertEq(poco.balanceOf(address(poco)), POOL_STAKE);
    }

    function test_Boost() external {
        _signOrders();
        vm.prank(sponsor.addr);
        DealId id = poco.sponsorMatchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        DealBoost memory d = poco.viewDealBoost(id);
        assertEq(d.sponsor, sponsor.addr);
        TaskId t = id.taskAt(0);
        bytes memory auth = _authorize(scheduler, worker.addr, t, address(0));
        vm.prank(worker.addr);
        poco.pushResultBoost(id, 0, "results", "", auth, address(0), "");
        assertEq(poco.balanceOf(address(poco)), 0);
        assertEq(poco.balanceOf(sponsor.addr), FUNDS - PRICE);
    }
}
