// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {TaskId} from "../../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../../contracts/types/Task.sol";
import {Journal} from "../../../fixtures/Journal.sol";

/// @dev Against a model of docs/reference/protocol.md section 7.
contract Finalize_Shares_Unit_Test is Journal {
    /// @dev One contributor, as the model sees it.
    struct Actor {
        address account;
        uint256 score;
        bool honest;
        bool reveals;
    }

    uint256 internal constant LIARS = 3;

    TaskId internal taskId;
    Actor[] internal actors;
    uint256 internal price;
    uint256 internal stake;
    uint256 internal rewardRatio;

    function _modelLog(uint256 score) internal pure returns (uint256 log) {
        uint256 weight = score / 3 > 3 ? score / 3 - 1 : 2;
        for (; weight > 1; weight /= 2) ++log;
    }

    /// @dev Liars and honest workers in any order until the honest ones agree.
    function _work(uint256 seed) internal {
        uint256 liars;
        while (_statusOf(taskId) == TaskStatus.ACTIVE) {
            seed = uint256(keccak256(abi.encode(seed)));
            // Under a trust of 2 and less the first word is the last one.
            bool alone = actors.length == 0 && requestOrder.trust <= 2;
            bool honest = seed % 4 != 0 || liars == LIARS || alone;
            if (!honest) ++liars;
            Actor memory actor = Actor({
                account: address(uint160(0xf00d0000 + actors.length)),
                score: honest ? (seed >> 8) % 200 : 0,
                honest: honest,
                reveals: honest && (seed >> 32) % 4 != 0
            });
            actors.push(actor);
            _fund(actor.account, stake);
            _setScore(actor.account, actor.score);
            _contribute(taskId, actor.account, honest ? DIGEST : bytes32(liars));
        }
        actors[actors.length - 1].reveals = true;
        for (uint256 i; i < actors.length; ++i) {
            if (actors[i].reveals) _reveal(taskId, actors[i].account);
        }
        vm.warp(REVEAL_DEADLINE);
    }

    function _noteModel() internal {
        uint256 total = price;
        uint256 weights;
        for (uint256 i; i < actors.length; ++i) {
            if (actors[i].reveals) weights += _modelLog(actors[i].score);
            else total += stake;
        }
        uint256 forWorkers = (total * (100 - rewardRatio)) / 100;
        uint256 rest = total;

        _noteSeize(requester.addr, APP_PRICE + DATASET_PRICE + price, taskId);
        _noteReward(appProvider.addr, APP_PRICE, taskId);
        _noteReward(dataProvider.addr, DATASET_PRICE, taskId);
        _noteUnlock(scheduler.addr, (price * 30) / 100);
        for (uint256 i; i < actors.length; ++i) {
            Actor memory actor = actors[i];
            if (!actor.reveals) {
                _noteFaulty(actor.account, stake, taskId);
                continue;
            }
            uint256 share = (forWorkers * _modelLog(actor.score)) / weights;
            rest -= share;
            if (actors.length > 1) {
                _noteAccurate(actor.account, stake, share, taskId);
            } else {
                _noteUnlock(actor.account, stake);
                _noteReward(actor.account, share, taskId);
            }
        }
        _noteReward(scheduler.addr, rest, taskId);
        _noteFinalize(taskId, "results");
    }

    function testFuzz_WhenPricesAndPoliciesAndScoresAndWinnersAreAnything(
        uint256 price_,
        uint256 stakeRatio,
        uint256 rewardRatio_,
        uint256 trust,
        uint256 seed
    ) external {
        price = bound(price_, 0, 10_000);
        rewardRatio = bound(rewardRatio_, 0, 100);
        stakeRatio = bound(stakeRatio, 0, 300);
        stake = (price * stakeRatio) / 100;
        _setPolicy(stakeRatio, rewardRatio);
        (workerpoolOrder.workerpoolprice, requestOrder.workerpoolmaxprice) = (price, price);
        requestOrder.trust = bound(trust, 1, 50);
        taskId = _openTask();
        _work(seed);

        _record();
        vm.prank(scheduler.addr);
        poco.finalize(taskId, "results", "");

        // It should share by recorded weight and round down.
        // It should leave the rest to the scheduler.
        _noteModel();
        _assertJournal();
        assertEq(poco.balanceOf(address(poco)), 0, "hub");
        // It should move scores up by one and down by a third.
        for (uint256 i; i < actors.length; ++i) {
            uint256 score = actors[i].score;
            uint256 expected =
                actors.length == 1
                    ? score
                    : actors[i].reveals
                        ? score + 1
                        : (2 * score) / 3;
            assertEq(poco.viewScore(actors[i].account), expected, "score");
        }
    }

    function test_Given255WorkersContributed() external {
        _setPolicy(1, 1);
        stake = POOL_PRICE / 100;
        (requestOrder.trust, workerpoolOrder.trust) = (2 ** 59, 2 ** 59);
        taskId = _openTask();
        for (uint256 i; i < 254; ++i) {
            address account = address(uint160(0xf00d0000 + i));
            _fund(account, stake);
            _contribute(taskId, account, i % 2 == 0 ? LIE : DIGEST);
        }
        // 127 newcomers for each result weigh 2^127; this one decides.
        _setScore(worker.addr, 3 * (2 ** 60));
        _contribute(taskId, worker, DIGEST);
        for (uint256 i = 1; i < 254; i += 2) _reveal(taskId, address(uint160(0xf00d0000 + i)));
        _reveal(taskId, worker.addr);

        vm.prank(scheduler.addr);
        poco.finalize(taskId, "results", "");

        // It should pay or punish each of them.
        uint256 share = ((POOL_PRICE + 127 * stake) * 99) / 100;
        for (uint256 i; i < 254; ++i) {
            address account = address(uint160(0xf00d0000 + i));
            assertEq(poco.balanceOf(account), i % 2 == 0 ? 0 : stake + share / (127 + 59), "newcomer");
            assertEq(poco.viewScore(account), i % 2, "score");
        }
        assertEq(poco.balanceOf(worker.addr), FUNDS + (share * 59) / (127 + 59), "who decided");
        assertEq(poco.balanceOf(address(poco)), 0, "hub");
    }
}
