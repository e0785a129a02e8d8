// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IConsensus} from "../../../contracts/interfaces/IConsensus.sol";
import {IContributions} from "../../../contracts/interfaces/IContributions.sol";
import {DealId, dealIdOf, TaskId} from "../../../contracts/types/Ids.sol";
import {OrderSigner} from "../../fixtures/OrderSigner.sol";
import {Work} from "../../fixtures/Work.sol";

/// @dev What was signed about work is good for one worker, one task, one enclave, and as what it was signed as.
contract WorkReplay_Unit_Test is Work {
    /// @dev The message names no hub and no chain; the task id follows from them.
    function testFuzz_AnAuthorizationIsGoodForOneHubAndChain(address hub, uint64 chain) external {
        vm.assume(chain != 0 && (hub != address(poco) || chain != block.chainid));
        TaskId taskId = _openTask();
        uint256 home = block.chainid;
        vm.chainId(chain);
        TaskId foreign = dealIdOf(new OrderSigner(hub).hashRequest(requestOrder), 0).taskAt(0);
        vm.chainId(home);

        _expectNotAuthorized(taskId, scheduler.addr);
        _send(taskId, worker, address(0), "", _authorize(scheduler, worker.addr, foreign, address(0)));
        _send(taskId, worker, address(0), "", _authorize(scheduler, worker.addr, taskId, address(0)));
    }

    /// @dev One key may both authorize and speak for an enclave.
    function test_AnAuthorizationIsNoWordOfAnEnclave() external {
        _setBroker(enclave.addr);
        TaskId taskId = _openTask();
        bytes memory authorization = _authorize(enclave, worker.addr, taskId, enclave.addr);
        bytes memory attestation = _attest(enclave, taskId, worker.addr, DIGEST);

        _expectNoEnclave(taskId);
        _send(taskId, worker, enclave.addr, authorization, authorization);
        _expectNotAuthorized(taskId, enclave.addr);
        _send(taskId, worker, enclave.addr, attestation, attestation);
        _send(taskId, worker, enclave.addr, attestation, authorization);
    }

    /// @dev The copy is taken, since only the digest shows that it is one, and is never proved.
    function test_WhoCopiesWhatAnEnclaveSaidProvesNothing() external {
        requestOrder.trust = 3;
        TaskId taskId = _openTask();
        bytes memory attestation = _attest(enclave, taskId, worker.addr, DIGEST);
        _copy(taskId, worker, taskId, attestation);
        _copy(taskId, worker2, taskId, attestation);
        _reveal(taskId, worker.addr);

        vm.expectRevert(abi.encodeWithSelector(IConsensus.SealMismatch.selector, taskId, worker2.addr, DIGEST));
        _reveal(taskId, worker2.addr);
    }

    function test_WhatAnEnclaveSaidOfOneTaskProvesNothingOfAnother() external {
        (TaskId first, TaskId second) = _openTwoTasks();
        _copy(second, worker, first, _attest(enclave, first, worker.addr, DIGEST));

        vm.expectRevert(abi.encodeWithSelector(IConsensus.DigestMismatch.selector, second, DIGEST));
        _reveal(second, worker.addr);
    }

    function test_WhatAnEnclaveSaidOfOneTaskEndsNoOther() external {
        (TaskId first, TaskId second) = _openTwoTasks();
        bytes memory authorization = _authorize(scheduler, worker.addr, second, enclave.addr);

        _expectNoEnclave(second);
        _finish(second, _attest(enclave, first, worker.addr, DIGEST), authorization);
        _finish(second, _attest(enclave, second, worker.addr, DIGEST), authorization);
    }

    /// @dev In a boost deal an enclave signs other words than in a classic one.
    function test_WhatAnEnclaveSaidInOneWayIsNotGoodForTheOther() external {
        bytes memory results = "results";
        bytes32 digest = keccak256(results);
        _signOrders();
        uint256 before = vm.snapshotState();
        DealId dealId = poco.matchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        TaskId taskId = dealId.taskAt(0);
        bytes memory authorization = _authorize(scheduler, worker.addr, taskId, enclave.addr);
        bytes memory classic = _attest(enclave, taskId, worker.addr, digest);
        bytes memory boost = _signMessage(enclave, keccak256(abi.encodePacked(worker.addr, taskId, digest)));

        _expectNoEnclave(taskId);
        vm.prank(worker.addr);
        poco.pushResultBoost(dealId, 0, results, "", authorization, enclave.addr, classic);
        vm.prank(worker.addr);
        poco.pushResultBoost(dealId, 0, results, "", authorization, enclave.addr, boost);

        // The same orders, and so the same ids, in a classic deal.
        vm.revertToState(before);
        assertEq(TaskId.unwrap(_openTask()), TaskId.unwrap(taskId), "task id");
        _expectNoEnclave(taskId);
        _finish(taskId, boost, authorization);
    }

    /// @dev Contributes the truth, by any enclave and with any leave.
    function _send(
        TaskId taskId,
        Account memory account,
        address challenge,
        bytes memory attestation,
        bytes memory authorization
    ) private {
        bytes32 hash = _resultHash(taskId, DIGEST);
        bytes32 seal = _resultSeal(account.addr, taskId, DIGEST);
        vm.prank(account.addr);
        poco.contribute(taskId, hash, seal, challenge, attestation, authorization);
    }

    /// @dev Contributes, for `account` and with its leave, what the enclave said of `worker` and the task `said`.
    function _openTwoTasks() private returns (TaskId, TaskId) {
        _withVolume(2);
        DealId dealId = _matchOrders();
        return (poco.initialize(dealId, 0), poco.initialize(dealId, 1));
    }

    function _copy(TaskId taskId, Account memory account, TaskId said, bytes memory attestation) private {
        bytes memory authorization = _authorize(scheduler, account.addr, taskId, enclave.addr);
        bytes32 hash = _resultHash(said, DIGEST);
        bytes32 seal = _resultSeal(worker.addr, said, DIGEST);
        vm.prank(account.addr);
        poco.contribute(taskId, hash, seal, enclave.addr, attestation, authorization);
    }

    function _finish(TaskId taskId, bytes memory attestation, bytes memory authorization) private {
        vm.prank(worker.addr);
        poco.contributeAndFinalize(taskId, DIGEST, "results", "", enclave.addr, attestation, authorization);
    }

    function _setBroker(address account) private {
        vm.prank(owner.addr);
        poco.setTeeBroker(account);
    }

    function _expectNotAuthorized(TaskId taskId, address authorizer) private {
        vm.expectRevert(
            abi.encodeWithSelector(IContributions.WorkerNotAuthorized.selector, taskId, worker.addr, authorizer)
        );
    }

    function _expectNoEnclave(TaskId taskId) private {
        vm.expectRevert(abi.encodeWithSelector(IContributions.InvalidEnclaveSignature.selector, taskId, enclave.addr));
    }
}
