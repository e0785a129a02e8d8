// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Contribution, ContributionStatus} from "../../../../contracts/types/Contribution.sol";
import {TaskId} from "../../../../contracts/types/Ids.sol";
import {Task, TaskStatus} from "../../../../contracts/types/Task.sol";
import {Journal} from "../../../fixtures/Journal.sol";

/// @dev Against a model of docs/reference/protocol.md section 6, written down a second time and in the plainest way.
contract Consensus_Unit_Test is Journal {
    mapping(bytes32 resultHash => uint256 weight) internal modelGroup;
    mapping(bytes32 resultHash => uint256 count) internal modelMembers;
    uint256 internal modelTotal = 1;

    TaskId internal taskId;
    uint256 internal trust;
    uint256 internal count;

    function _modelWeight(uint256 score) internal pure returns (uint256) {
        uint256 third = score / 3;
        return third > 3 ? third - 1 : 2;
    }

    function _modelLog(uint256 weight) internal pure returns (uint256 log) {
        while (weight > 1) {
            weight /= 2;
            ++log;
        }
    }

    function _modelAdd(bytes32 resultHash, uint256 weight) internal returns (bool) {
        uint256 group = modelGroup[resultHash];
        uint256 delta = (group > 1 ? group : 1) * weight - group;
        modelGroup[resultHash] = group + delta;
        modelTotal += delta;
        ++modelMembers[resultHash];
        return modelGroup[resultHash] * trust > modelTotal * (trust - 1);
    }

    function _modelReopen(bytes32 resultHash) internal {
        modelTotal -= modelGroup[resultHash];
        modelGroup[resultHash] = 0;
        modelMembers[resultHash] = 0;
    }

    function _open(uint256 trust_) internal {
        trust = trust_;
        _withoutPrices();
        (requestOrder.trust, workerpoolOrder.trust) = (trust, trust);
        taskId = _openTask();
    }

    /// @dev A new worker with this score contributes; the hub and the model agree on what comes of it.
    function _add(bytes32 resultHash, uint256 score) internal returns (bool agreed) {
        address account = address(uint160(0xf00d0000 + ++count));
        _setScore(account, score);
        uint256 weight = _modelWeight(score);
        agreed = _modelAdd(resultHash, weight);

        _record();
        _commit(taskId, account, resultHash, bytes32(count));

        _noteLock(account, 0);
        _noteContribute(taskId, account, resultHash);
        if (agreed) _noteConsensus(taskId, resultHash);
        _assertJournal();
        Contribution memory expected = Contribution(
            ContributionStatus.CONTRIBUTED,
            resultHash,
            bytes32(count),
            address(0),
            _modelLog(weight)
        );
        assertEq(abi.encode(poco.viewContribution(taskId, account)), abi.encode(expected), "contribution");
        Task memory task = poco.viewTask(taskId);
        assertEq(uint8(task.status), uint8(agreed ? TaskStatus.REVEALING : TaskStatus.ACTIVE), "status");
        assertEq(task.consensusValue, agreed ? resultHash : bytes32(0), "consensus");
        assertEq(task.winnerCounter, agreed ? modelMembers[resultHash] : 0, "winners");
        assertEq(task.contributors.length, count, "contributors");
    }

    function _reopen(bytes32 resultHash) internal {
        _modelReopen(resultHash);
        vm.warp(block.timestamp + 2 * CLOCK);
        vm.prank(scheduler.addr);
        poco.reopen(taskId);
    }

    function testFuzz_WhenWorkersOfAnyScoreContributeAnything(
        uint256 trust_,
        uint256[12] calldata hashes,
        uint256[12] calldata scores
    ) external {
        _open(bound(trust_, 1, 50));

        // It should agree when the model does.
        // It should record the weight of each.
        // It should emit {TaskConsensus} last.
        bool agreed;
        for (uint256 i; i < 12 && !agreed; ++i) {
            agreed = _add(bytes32(hashes[i] % 4), bound(scores[i], 0, i % 2 == 0 ? 20 : 300));
        }
    }

    function test_WhenNewcomersAgree() external {
        uint256[2][9] memory needed = [
            [uint256(0), 1],
            [uint256(1), 1],
            [uint256(2), 1],
            [uint256(3), 2],
            [uint256(4), 2],
            [uint256(5), 3],
            [uint256(7), 3],
            [uint256(10), 4],
            [uint256(50), 6]
        ];

        // It should take as many of them as the trust demands.
        for (uint256 i; i < needed.length; ++i) {
            (appOrder.salt, requestOrder.salt) = (bytes32(i), bytes32(i));
            (datasetOrder.salt, workerpoolOrder.salt) = (bytes32(i), bytes32(i));
            requestOrder.trust = needed[i][0];
            taskId = _openTask();
            uint256 contributions;
            while (_statusOf(taskId) == TaskStatus.ACTIVE) {
                address account = address(uint160(0xbeef0000 + i * 100 + ++contributions));
                _fund(account, WORKER_STAKE);
                _contribute(taskId, account, DIGEST);
            }
            assertEq(contributions, needed[i][1], "contributions");
        }
    }

    function test_WhenTheFirstOfThemLies() external {
        _open(3);

        // It should take three others for a trust of 3.
        assertFalse(_add(LIE, 0), "liar");
        assertFalse(_add(DIGEST, 0), "first");
        assertFalse(_add(DIGEST, 0), "second");
        assertTrue(_add(DIGEST, 0), "third");
    }

    function testFuzz_WhenTheTrustIsEnormous(uint256 trust_) external {
        trust_ = bound(trust_, 3, 2 ** 60);
        (requestOrder.trust, workerpoolOrder.trust) = (trust_, trust_);
        _withVolume(2);
        TaskId below = _openTask();
        TaskId above = poco.initialize(poco.viewTask(below).dealid, 1);

        // It should agree from that weight on.
        _setScore(worker.addr, 3 * trust_);
        _contribute(below, worker, DIGEST);
        _assertStatus(below, TaskStatus.ACTIVE);
        _setScore(worker.addr, 3 * (trust_ + 1));
        _contribute(above, worker, DIGEST);
        _assertStatus(above, TaskStatus.REVEALING);
    }

    function testFuzz_WhenTheTrustIsTheLargestNumberThereIs(uint256 score1, uint256 score2) external {
        (requestOrder.trust, workerpoolOrder.trust) = (type(uint256).max, type(uint256).max);
        taskId = _openTask();
        _setScore(worker.addr, bound(score1, 0, 3 * (2 ** 60)));
        _setScore(worker2.addr, bound(score2, 0, 3 * (2 ** 60)));

        // It should never agree.
        _contribute(taskId, worker, DIGEST);
        _contribute(taskId, worker2, DIGEST);
        _assertStatus(taskId, TaskStatus.ACTIVE);
    }

    function testFuzz_WhenAGroupOutgrows56Bits(uint256 weight, uint256[5] calldata weights, uint256 trust_) external {
        // Exactly at the border, just below and above it, or far beyond.
        weight = weight % 8 < 5 ? 2 ** 56 - 3 + (weight % 8) : bound(weight, 2 ** 55, 2 ** 60);
        _open(bound(trust_, 2, 2 ** 60));

        // It should still agree when the model does.
        bool agreed = _add(DIGEST, 3 * (weight + 1));
        for (uint256 i; i < 5 && !agreed; ++i) {
            agreed = _add(weights[i] % 2 == 0 ? DIGEST : LIE, 3 * bound(weights[i], 4, 2 ** 16));
        }
        if (!agreed) return;
        bytes32 won = poco.viewTask(taskId).consensusValue;
        _reopen(won);
        _add(won, 0);
        if (_statusOf(taskId) == TaskStatus.ACTIVE) _add(DIGEST, 40);
    }

    function test_WhenTheResultHashIsZero() external {
        _open(3);

        // It should agree on zero.
        assertFalse(_add(0, 0), "first");
        assertTrue(_add(0, 0), "second");
        _assertStatus(taskId, TaskStatus.REVEALING);
    }

    function testFuzz_GivenAConsensusWasReopened(uint256 trust_, uint256[18] calldata seeds) external {
        _open(bound(trust_, 1, 12));

        // It should forget the weight of its group.
        // It should count new contributions for the same result afresh.
        uint256 reopened;
        for (uint256 i; i < 18; ++i) {
            bytes32 resultHash = bytes32(seeds[i] % 3);
            if (!_add(resultHash, bound(seeds[i], 0, 60))) continue;
            if (++reopened == 4) break;
            _reopen(resultHash);
        }
    }
}
