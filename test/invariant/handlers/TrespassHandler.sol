// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IOwnership} from "../../../contracts/interfaces/IOwnership.sol";
import {TaskId} from "../../../contracts/types/Ids.sol";
import {OrderOperation} from "../../../contracts/types/Orders.sol";
import {TaskStatus} from "../../../contracts/types/Task.sol";
import {Bundle, DealMemo, Piece, TaskMemo} from "./Memos.sol";
import {WorkHandler} from "./WorkHandler.sol";

/// @dev Everybody as who they should not be: what the rules forbid just now is tried, and must be refused. Nobody agreed to anything and
/// nobody may lose; what succeeds is counted.
abstract contract TrespassHandler is WorkHandler {
    // Actions

    function stealMoney(uint256 seed, uint256 victim, uint256 how) external act {
        address from = _person(victim);
        address thief = _person(seed);
        if (how % 3 == 0) return _try(thief, abi.encodeCall(poco.withdraw, (freeOf[thief] + 1)));
        if (how % 3 == 1) return _try(thief, abi.encodeCall(poco.transfer, (from, freeOf[thief] + 1 + (how % 1e9))));
        uint256 most = _allowances[from][thief];
        if (freeOf[from] > most) _try(thief, abi.encodeCall(poco.transferFrom, (from, thief, most + 1)));
    }

    function governWithoutRight(uint256 seed, uint256 how) external act {
        address who = _person(seed);
        if (how % 4 == 0) _try(who, abi.encodeCall(poco.recover, ()));
        if (how % 4 == 1) _try(who, abi.encodeCall(poco.setTeeBroker, (who)));
        if (how % 4 == 2) _try(who, abi.encodeCall(poco.setCallbackGas, (0)));
        if (how % 4 == 3) _try(who, abi.encodeCall(IOwnership.transferOwnership, (who)));
    }

    /// @dev Matches what is used up.
    function matchAgain(uint256 seed, uint256 who) external act {
        Bundle memory b = _bundles[seed % BUNDLES];
        if (!_isUsedUp(b)) return;
        for (uint256 kind; kind < 4; ++kind) _sign(b, kind);
        _try(_person(who), abi.encodeCall(poco.matchOrders, (b.app, b.dataset, b.pool, b.request)));
    }

    /// @dev Matches, closes or presigns what somebody else stands for, with a signature that does not say so.
    function forgeOrder(uint256 seed, uint256 who, uint256 how) external act {
        Bundle memory b = _bundles[seed % BUNDLES];
        address forger = _person(who);
        uint256 kind = _kindIn(b, how / 4);
        bytes memory forgery = _forgery(forger, how, _signerOf(b, kind));
        if (how % 4 < 2) {
            for (uint256 i; i < 4; ++i) {
                if (i == kind || _isKindUsedUp(b, i)) _setSalt(b, i);
                _sign(b, i);
            }
            if (kind == 0) b.app.sign = forgery;
            if (kind == 1) b.dataset.sign = forgery;
            if (kind == 2) b.pool.sign = forgery;
            if (kind == 3) b.request.sign = forgery;
            _try(forger, abi.encodeCall(poco.matchOrders, (b.app, b.dataset, b.pool, b.request)));
        } else if (forger != _signerOf(b, kind)) {
            OrderOperation operation = how % 4 == 2 ? OrderOperation.CLOSE : OrderOperation.SIGN;
            _try(forger, _operation(b, kind, operation, forgery));
        }
    }

    /// @dev Ends, or opens, a task that it is not the time for.
    function endTaskOutOfTurn(uint256 seed, uint256 how) external act {
        if (_tasks.length == 0) return;
        TaskMemo memory t = _tasks[seed % _tasks.length];
        DealMemo memory d = _deals[t.deal];
        address who = anyone.addr;
        bool open = t.status == TaskStatus.ACTIVE || t.status == TaskStatus.REVEALING;
        if (how % 4 == 0 && (!open || _time < d.finalDeadline)) _try(who, abi.encodeCall(poco.claim, (t.id)));
        if (how % 4 == 1 && (t.status != TaskStatus.UNSET || d.boost)) {
            _try(who, abi.encodeCall(poco.initialize, (d.id, t.index)));
        }
        if (how % 4 == 2 && (!d.boost || _isOver(t.status) || _time < d.deadline)) {
            _try(who, abi.encodeCall(poco.claimBoost, (d.id, t.index)));
        }
        if (how % 4 == 3 && (d.boost || t.status != TaskStatus.UNSET || _time < d.finalDeadline)) {
            _try(who, _abandon(seed % _tasks.length));
        }
    }

    /// @dev Does what only the scheduler may, or what even it may not now.
    function scheduleOutOfTurn(uint256 seed, uint256 who, uint256 how) external act {
        if (_tasks.length == 0) return;
        (bool found, uint256 number) = _pick(seed, TaskStatus.REVEALING, false);
        if (!found || how % 7 == 0) number = seed % _tasks.length;
        TaskMemo memory t = _tasks[number];
        DealMemo memory d = _deals[t.deal];
        address caller = how % 4 < 2 ? d.poolOwner : _person(who);
        (uint256 winners, uint256 revealed) = _tally(number);
        bool late = _time >= t.revealDeadline;
        bool allowed = caller == d.poolOwner && t.status == TaskStatus.REVEALING && _time < d.finalDeadline;
        if (how % 2 == 0 && !(allowed && revealed > 0 && (revealed == winners || late))) {
            _try(caller, abi.encodeCall(poco.finalize, (t.id, "", _word(t.word))));
        }
        if (how % 2 == 1 && !(allowed && revealed == 0 && late)) {
            _try(caller, abi.encodeCall(poco.reopen, (t.id)));
        }
    }

    /// @dev Reveals twice, too late, or what it did not find.
    function revealOutOfTurn(uint256 seed, uint256 who, uint256 how) external act {
        if (_tasks.length == 0) return;
        (bool found, uint256 number) = _pick(seed, TaskStatus.REVEALING, false);
        if (!found || how % 7 == 0) number = seed % _tasks.length;
        TaskMemo memory t = _tasks[number];
        uint256 count = _pieces[number].length;
        Piece memory p = Piece(_person(who), 0, 0, false, false, false);
        if (count > 0 && how % 4 > 0) p = _pieces[number][who % count];
        uint256 word = how % WORDS;
        bool open = t.status == TaskStatus.REVEALING && _time < t.revealDeadline;
        bool own = p.weight > 0 && p.sealed_ && !p.revealed && _isWinner(number, p) && word == p.word;
        if (!_hasContributed(number, p.who) || !(open && own)) {
            if (p.weight == 0 && _hasContributed(number, p.who)) return;
            _try(p.who, abi.encodeCall(poco.reveal, (t.id, _digest(word))));
        }
    }

    /// @dev Contributes twice, too late, without leave, or alone to what others began.
    function contributeOutOfTurn(uint256 seed, uint256 who, uint256 how) external act {
        if (_tasks.length == 0) return;
        (bool found, uint256 number) = _pick(seed, TaskStatus.ACTIVE, false);
        if (!found || how % 7 == 0) number = seed % _tasks.length;
        TaskMemo memory t = _tasks[number];
        DealMemo memory d = _deals[t.deal];
        address worker_ = _person(who);
        bool open = t.status == TaskStatus.ACTIVE && _time < d.deadline;
        bool permit = how % 2 == 0;
        bytes memory paper = _authorize(permit ? _accountOf(d.poolOwner) : enclave, worker_, t.id, address(0));
        if (how % 3 == 0 && !(permit && !d.tee && open && !_hasContributed(number, worker_))) {
            _try(worker_, abi.encodeCall(poco.contribute, (t.id, _digest(0), _digest(1), address(0), "", paper)));
        }
        if (how % 3 == 1 && !(permit && !d.tee && open && d.trust == 1 && _pieces[number].length == 0)) {
            _try(worker_, _solo(t.id, paper));
        }
        bool pushable = permit && !d.tee && d.boost && t.status == TaskStatus.UNSET && _time < d.deadline;
        if (how % 3 == 2 && !pushable) {
            bytes memory nothing;
            bytes memory word = _word(0);
            _try(
                worker_,
                abi.encodeCall(poco.pushResultBoost, (d.id, t.index, word, word, paper, address(0), nothing))
            );
        }
    }

    // Private

    /// @dev Must not succeed.
    function _try(address who, bytes memory call) private {
        vm.prank(who);
        (bool success, ) = address(poco).call(call);
        if (success) ++breaches;
        _did();
    }

    function _solo(TaskId id, bytes memory paper) private view returns (bytes memory) {
        bytes memory word = _word(0);
        return abi.encodeCall(poco.contributeAndFinalize, (id, _digest(0), word, word, address(0), "", paper));
    }

    /// @dev A signature by somebody else or of something else, one too short, or none.
    function _forgery(address forger, uint256 how, address stands) private view returns (bytes memory) {
        Account memory account = _accountOf(forger);
        if ((how / 16) % 3 == 0 || account.key == _accountOf(stands).key) return "";
        return (how / 16) % 3 == 1 ? bytes(hex"1234") : _sign(account, keccak256("something"));
    }
}
