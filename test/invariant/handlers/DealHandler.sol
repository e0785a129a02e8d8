// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {dealIdOf} from "../../../contracts/types/Ids.sol";
import {Tag} from "../../../contracts/types/Tag.sol";
import {MarketHandler} from "./MarketHandler.sol";
import {Bundle, DealMemo, OrderMemo, TaskMemo} from "./Memos.sol";

/// @dev Everybody as requesters and sponsors: bundles of orders become deals, classic and boost.
abstract contract DealHandler is MarketHandler {
    uint256 private constant CLOCK_2 = 1200;

    /// @dev Makes a deal of a bundle; what is used up in it is ordered again first.
    function matchOrders(uint256 seed, uint256 sort, uint256 payer) external act {
        if (_tasks.length >= MAX_TASKS || _openTasks() >= MAX_OPEN) return;
        bool boost = sort % 3 == 0;
        uint256 number = seed % BUNDLES;
        Bundle memory b = _bundles[number];
        if (boost && b.request.trust > 1) b.request.trust = payer % 2;
        for (uint256 kind; kind < 4; ++kind) _renew(b, kind);
        _bundles[number] = b;
        for (uint256 kind; kind < 4; ++kind) _sign(b, kind);

        uint256 volume = _volume(b);
        bool sponsored = payer % 3 == 0;
        DealMemo memory memo = _terms(b, boost, sponsored ? _person(payer / 3) : b.request.requester);
        _afford(memo.payer, (memo.appPrice + memo.dataPrice + memo.poolPrice) * volume);
        _lock(memo.payer, (memo.appPrice + memo.dataPrice + memo.poolPrice) * volume);
        _afford(memo.poolOwner, memo.poolStake * volume);
        _lock(memo.poolOwner, memo.poolStake * volume);
        _consent(memo.payer);
        _consent(memo.poolOwner);
        _call(b, boost, sponsored, memo.payer);
        _record(b, memo, volume);
        _did();
    }

    // Private

    function _openTasks() private view returns (uint256 count) {
        for (uint256 i; i < _tasks.length; ++i) if (!_isOver(_tasks[i].status)) ++count;
    }

    /// @dev What is left of the order that has the least left.
    function _volume(Bundle memory b) private view returns (uint256 volume) {
        volume = type(uint256).max;
        for (uint256 kind; kind < 4; ++kind) {
            if (kind == 1 && b.dataset.dataset == address(0)) continue;
            OrderMemo storage memo = _orders[_memo[_hash(b, kind)]];
            if (memo.volume - memo.consumed < volume) volume = memo.volume - memo.consumed;
        }
    }

    function _terms(Bundle memory b, bool boost, address payer) private view returns (DealMemo memory memo) {
        memo.boost = boost;
        memo.tee = Tag.unwrap(b.request.tag) != 0;
        memo.payer = payer;
        memo.appOwner = _owners[b.app.app];
        memo.dataOwner = _owners[b.dataset.dataset];
        memo.poolOwner = _owners[b.pool.workerpool];
        memo.appPrice = b.app.appprice;
        memo.dataPrice = b.dataset.datasetprice;
        memo.poolPrice = b.pool.workerpoolprice;
        memo.poolStake = (memo.poolPrice * 30) / 100;
        memo.workerStake = (memo.poolPrice * _stakeRatio[b.pool.workerpool]) / 100;
        memo.keepRatio = _keepRatio[b.pool.workerpool];
        memo.trust = b.request.trust == 0 ? 1 : b.request.trust;
        memo.callback = b.request.callback;
        memo.clock = b.request.category == 0 ? CLOCK : CLOCK_2;
        memo.deadline = _time + 7 * memo.clock;
        memo.finalDeadline = _time + 10 * memo.clock;
    }

    function _call(Bundle memory b, bool boost, bool sponsored, address payer) private {
        vm.prank(sponsored ? payer : anyone.addr);
        if (sponsored && boost) poco.sponsorMatchOrdersBoost(b.app, b.dataset, b.pool, b.request);
        else if (sponsored) poco.sponsorMatchOrders(b.app, b.dataset, b.pool, b.request);
        else if (boost) poco.matchOrdersBoost(b.app, b.dataset, b.pool, b.request);
        else poco.matchOrders(b.app, b.dataset, b.pool, b.request);
    }

    function _record(Bundle memory b, DealMemo memory memo, uint256 volume) private {
        bytes32 hash = _hash(b, 3);
        uint256 first = _orders[_memo[hash]].consumed;
        memo.id = dealIdOf(hash, first);
        for (uint256 i; i < volume; ++i) {
            TaskMemo storage task = _tasks.push();
            task.deal = _deals.length;
            task.index = memo.boost ? i : first + i;
            task.id = memo.id.taskAt(task.index);
        }
        _deals.push(memo);
        for (uint256 kind; kind < 4; ++kind) {
            if (kind == 1 && b.dataset.dataset == address(0)) continue;
            _orders[_memo[_hash(b, kind)]].consumed += volume;
        }
        if (memo.tee) ++sights["deal for enclaves"];
        if (memo.callback != address(0)) ++sights["deal with a callback"];
        if (memo.payer != b.request.requester) ++sights["sponsored deal"];
        if (memo.payer.code.length > 0) ++sights["deal paid by a contract"];
    }
}
