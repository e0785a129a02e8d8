// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Market} from "../../../fixtures/Market.sol";
import {Contribution, ContributionStatus} from "../../../../contracts/types/Contribution.sol";
import {TaskId} from "../../../../contracts/types/Ids.sol";

contract ViewContributionABILegacy_Unit_Test is Market {
    bytes32 private constant DIGEST = "answer";

    function testFuzz_WhenThereIsNoContribution(TaskId id, address account) external view {
        // It should answer zeros.
        check(id, account, ContributionStatus.UNSET);
    }

    function test_GivenTheWorkerContributedFromAnEnclave() external {
        TaskId id = contribute();

        // It should equal viewContribution.
        check(id, worker.addr, ContributionStatus.CONTRIBUTED);
        assertEq(poco.viewContribution(id, worker.addr).enclaveChallenge, enclave.addr, "enclave");
    }

    function test_GivenTheWorkerRevealed() external {
        TaskId id = contribute();
        vm.prank(worker.addr);
        poco.reveal(id, DIGEST);

        // It should equal viewContribution as proved.
        check(id, worker.addr, ContributionStatus.PROVED);
    }

    function test_GivenTheWorkerFinishedAlone() external {
        _withTee();
        TaskId id = _openTask();
        bytes memory authorization = _authorize(scheduler, worker.addr, id, enclave.addr);
        bytes memory enclaveSign = _signMessage(enclave, statement(id));
        vm.prank(worker.addr);
        poco.contributeAndFinalize(id, DIGEST, "results", "", enclave.addr, enclaveSign, authorization);

        // It should equal viewContribution as well.
        check(id, worker.addr, ContributionStatus.PROVED);
    }

    function contribute() private returns (TaskId id) {
        _withTee();
        id = _openTask();
        bytes memory authorization = _authorize(scheduler, worker.addr, id, enclave.addr);
        bytes memory enclaveSign = _signMessage(enclave, statement(id));
        bytes32 hash = _resultHash(id, DIGEST);
        bytes32 seal = _resultSeal(worker.addr, id, DIGEST);
        vm.prank(worker.addr);
        poco.contribute(id, hash, seal, enclave.addr, enclaveSign, authorization);
    }

    /// @dev What the enclave signs.
    function statement(TaskId id) private view returns (bytes32) {
        return keccak256(abi.encodePacked(_resultHash(id, DIGEST), _resultSeal(worker.addr, id, DIGEST)));
    }

    function check(TaskId id, address account, ContributionStatus expected) private view {
        Contribution memory whole = poco.viewContribution(id, account);
        (ContributionStatus status, bytes32 hash, bytes32 seal, address challenge) = poco.viewContributionABILegacy(
            id,
            account
        );
        assertTrue(status == expected, "status");
        assertEq(
            abi.encode(status, hash, seal, challenge),
            abi.encode(whole.status, whole.resultHash, whole.resultSeal, whole.enclaveChallenge),
            "tuple"
        );
    }
}
