// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Vm} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Vm.sol";

import {IEscrowMoves} from "../../../contracts/interfaces/IEscrowMoves.sol";
import {TaskId} from "../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../contracts/types/Task.sol";
import {DealHandler} from "./DealHandler.sol";
import {DealMemo, Piece} from "./Memos.sol";

/// @dev The end of a task, by the rules: who gets what, and whether the hub said and did just that.
abstract contract PayHandler is DealHandler {
    uint256 private constant KITTY_LEAST = 1e9;

    /// @dev Whoever takes part in a task may be poorer when something happens to it; nobody else.
    function _touch(uint256 number) internal {
        DealMemo storage d = _deals[_tasks[number].deal];
        _risk(d.payer);
        _risk(d.poolOwner);
        _risk(kitty);
        for (uint256 i; i < _pieces[number].length; ++i) _risk(_pieces[number][i].who);
    }

    function _priceOf(DealMemo memory d) internal pure returns (uint256) {
        return d.appPrice + d.dataPrice + d.poolPrice;
    }

    // Success

    /// @dev By one worker alone.
    function _paySolo(uint256 number, address who) internal {
        DealMemo memory d = _deals[_tasks[number].deal];
        uint256 drawn = _paySuppliers(d);
        uint256 share = (d.poolPrice * (100 - d.keepRatio)) / 100;
        freeOf[who] += share;
        freeOf[d.poolOwner] += d.poolPrice - share;
        _tasks[number].status = TaskStatus.COMPLETED;
        _compare(number, _priceOf(d), drawn);
    }

    /// @dev By several.
    function _payAll(uint256 number) internal {
        DealMemo memory d = _deals[_tasks[number].deal];
        Piece[] memory pieces = _pieces[number];
        uint256 drawn = _paySuppliers(d);
        uint256 total = d.poolPrice;
        uint256 weights;
        for (uint256 i; i < pieces.length; ++i) {
            if (pieces[i].revealed) weights += _log2(pieces[i].weight);
            else total += d.workerStake;
        }
        uint256 seized = total - d.poolPrice;
        uint256 share = (total * (100 - d.keepRatio)) / 100;
        for (uint256 i; i < pieces.length; ++i) {
            uint256 earned = pieces[i].revealed ? (share * _log2(pieces[i].weight)) / weights : 0;
            _settle(pieces[i], d.workerStake, earned, pieces.length > 1);
            total -= earned;
        }
        freeOf[d.poolOwner] += total;
        _tasks[number].status = TaskStatus.COMPLETED;
        _compare(number, _priceOf(d) + seized, drawn);
    }

    function _settle(Piece memory piece, uint256 stake, uint256 earned, bool contested) private {
        if (piece.revealed) {
            _unlock(piece.who, stake);
            freeOf[piece.who] += earned;
            if (contested) ++scoreOf[piece.who];
        } else {
            frozenOf[piece.who] -= stake;
            scoreOf[piece.who] -= (scoreOf[piece.who] + 2) / 3;
            ++sights["worker that lost"];
        }
    }

    function _paySuppliers(DealMemo memory d) private returns (uint256 drawn) {
        frozenOf[d.payer] -= _priceOf(d);
        freeOf[d.appOwner] += d.appPrice;
        if (d.dataPrice > 0) freeOf[d.dataOwner] += d.dataPrice;
        _unlock(d.poolOwner, d.poolStake);
        uint256 held = frozenOf[kitty];
        drawn = held / 10 > KITTY_LEAST ? held / 10 : KITTY_LEAST;
        if (drawn > held) drawn = held;
        frozenOf[kitty] -= drawn;
        freeOf[d.poolOwner] += drawn;
        if (drawn > 0)
            ++sights[
                drawn > KITTY_LEAST
                    ? "kitty's tenth"
                    : drawn < KITTY_LEAST
                        ? "kitty's rest"
                        : "kitty's least"
            ];
    }

    /// @dev What the hub says it paid for the task is what it says it took, and that is the price and the stakes of those who lost, with
    /// what the kitty gave.
    function _compare(uint256 number, uint256 owed, uint256 drawn) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        bytes32 ref = TaskId.unwrap(_tasks[number].id);
        uint256 paid;
        uint256 taken;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter != address(poco)) continue;
            bool reward = logs[i].topics[0] == IEscrowMoves.Reward.selector;
            if (!reward && logs[i].topics[0] != IEscrowMoves.Seize.selector) continue;
            (, uint256 amount, bytes32 task) = abi.decode(logs[i].data, (address, uint256, bytes32));
            if (task != ref) ++wrongPayouts;
            if (reward) paid += amount;
            else taken += amount;
        }
        if (paid != owed + drawn || taken != owed + drawn) ++wrongPayouts;
    }

    // Failure

    /// @dev Everybody has back what was set aside for the task, but for the pool's stake, which is in the kitty.
    function _refund(uint256 number) internal {
        DealMemo memory d = _deals[_tasks[number].deal];
        Piece[] memory pieces = _pieces[number];
        _unlock(d.payer, _priceOf(d));
        frozenOf[d.poolOwner] -= d.poolStake;
        frozenOf[kitty] += d.poolStake;
        for (uint256 i; i < pieces.length; ++i) _unlock(pieces[i].who, d.workerStake);
        _tasks[number].status = TaskStatus.FAILED;
        for (uint256 i; i < _everybody.length; ++i) _checkRefund(_everybody[i], d, pieces);
    }

    function _checkRefund(address account, DealMemo memory d, Piece[] memory pieces) private {
        uint256 back = account == d.payer ? _priceOf(d) : 0;
        uint256 forfeit = account == d.poolOwner ? d.poolStake : 0;
        uint256 taken = account == kitty ? d.poolStake : 0;
        for (uint256 i; i < pieces.length; ++i) if (pieces[i].who == account) back += d.workerStake;
        if (poco.balanceOf(account) != _was[account].stake + back) ++wrongRefunds;
        if (poco.frozenOf(account) + back + forfeit != _was[account].locked + taken) ++wrongRefunds;
    }

    function _log2(uint256 weight) private pure returns (uint256 log) {
        while (weight > 1) {
            weight /= 2;
            ++log;
        }
    }
}
