// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealId, TaskId} from "../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../contracts/types/Task.sol";
import {ReenteringConsumer} from "../../mocks/ReenteringConsumer.sol";
import {DealMemo, Piece, TaskMemo} from "./Memos.sol";
import {TaskPicker} from "./TaskPicker.sol";

/// @dev Everybody as workers, schedulers and passers-by. A task that nothing can be done for now is left alone.
abstract contract WorkHandler is TaskPicker {
    uint256 internal constant WORDS = 3;
    uint256 private constant REENTERING = 4;
    bool private _brokered;

    // Actions

    /// @dev From now on a TEE broker authorizes enclaves, or not.
    function setBroker(uint256 how) external act {
        bool set = how % 2 == 0;
        vm.prank(owner.addr);
        poco.setTeeBroker(set ? broker.addr : address(0));
        _brokered = set;
        _did();
    }

    function initialize(uint256 seed) external act {
        (bool found, uint256 number) = _pick(seed, TaskStatus.UNSET, false);
        if (!found) return;
        TaskMemo storage task = _tasks[number];
        _touch(number);
        poco.initialize(_deals[task.deal].id, task.index);
        task.status = TaskStatus.ACTIVE;
        _did();
    }

    /// @dev Honest, lying in one of two ways, or with a copied hash that it cannot reveal.
    function contribute(uint256 seed, uint256 who, uint256 how) external act {
        (bool found, uint256 number) = _pickOpen(seed);
        if (!found) return;
        DealMemo memory d = _deals[_tasks[number].deal];
        who %= PEOPLE;
        for (uint256 i; i < PEOPLE && _hasContributed(number, _person(who)); ++i) ++who;
        address account = _person(who);
        if (_hasContributed(number, account)) return;

        _afford(account, d.workerStake);
        _touch(number);
        Piece memory piece = Piece(account, _wordOf(how), _weightOf(account), how % 8 != 7, false, false);
        _contribute(number, piece, how);
        _lock(account, d.workerStake);
        _pieces[number].push(piece);
        if (_wins(number, piece.word, d.trust)) {
            _tasks[number].status = TaskStatus.REVEALING;
            _tasks[number].word = piece.word;
            _tasks[number].revealDeadline = _time + 2 * d.clock;
        }
        _did();
    }

    function contributeAndFinalize(uint256 seed, uint256 who, uint256 how) external act {
        (bool found, uint256 number) = _pickSolo(seed);
        if (!found) return;
        DealMemo memory d = _deals[_tasks[number].deal];
        _touch(number);
        _plan(number, how);
        _contributeAndFinalize(number, _person(who), how);
        _paySolo(number, _person(who));
        _seePlan(d.callback);
        _did();
    }

    function reveal(uint256 seed, uint256 who) external act {
        (bool found, uint256 number) = _pick(seed, TaskStatus.REVEALING, false);
        if (!found || _time >= _tasks[number].revealDeadline) return;
        uint256 count = _pieces[number].length;
        for (uint256 i; i < count; ++i) {
            Piece storage piece = _pieces[number][(i + (who % count)) % count];
            if (!_isWinner(number, piece) || piece.revealed || !piece.sealed_) continue;
            _touch(number);
            _as(piece.who);
            poco.reveal(_tasks[number].id, _digest(piece.word));
            piece.revealed = true;
            return _did();
        }
    }

    function finalize(uint256 seed, uint256 how) external act {
        (bool found, uint256 number) = _pickDone(seed);
        if (!found) return;
        DealMemo memory d = _deals[_tasks[number].deal];
        _touch(number);
        _plan(number, how);
        bytes memory callbackData = d.callback != address(0) || how % 2 == 0 ? _word(_tasks[number].word) : bytes("");
        vm.recordLogs();
        _as(d.poolOwner);
        poco.finalize(_tasks[number].id, "results", callbackData);
        _payAll(number);
        _seePlan(d.callback);
        if (_pieces[number].length > 1) ++sights["finished by several"];
        _did();
    }

    function reopen(uint256 seed) external act {
        (bool found, uint256 number) = _pickStale(seed);
        if (!found) return;
        _touch(number);
        _as(_deals[_tasks[number].deal].poolOwner);
        poco.reopen(_tasks[number].id);
        for (uint256 i; i < _pieces[number].length; ++i) {
            if (_isWinner(number, _pieces[number][i])) _pieces[number][i].rejected = true;
        }
        _tasks[number].status = TaskStatus.ACTIVE;
        _did();
    }

    /// @dev By anyone: an open task, or one that was never opened.
    function claim(uint256 seed) external act {
        (bool found, uint256 number) = _pickOverdue(seed, false);
        if (!found) return;
        TaskStatus status = _tasks[number].status;
        _touch(number);
        vm.prank(anyone.addr);
        if (status == TaskStatus.UNSET) {
            (bool called, ) = address(poco).call(_abandon(number));
            assertTrue(called, "abandoned");
        } else {
            poco.claim(_tasks[number].id);
        }
        _refund(number);
        _did();
    }

    function pushResultBoost(uint256 seed, uint256 who, uint256 how) external act {
        (bool found, uint256 number) = _pick(seed, TaskStatus.UNSET, true);
        DealMemo memory d;
        if (found) d = _deals[_tasks[number].deal];
        if (!found || _time >= d.deadline) return;
        _touch(number);
        _plan(number, how);
        _push(number, _person(who), how);
        _paySolo(number, _person(who));
        _seePlan(d.callback);
        _did();
    }

    function claimBoost(uint256 seed) external act {
        (bool found, uint256 number) = _pickOverdue(seed, true);
        if (!found) return;
        _touch(number);
        vm.prank(anyone.addr);
        poco.claimBoost(_deals[_tasks[number].deal].id, _tasks[number].index);
        _refund(number);
        _did();
    }

    // Calls

    function _contribute(uint256 number, Piece memory piece, uint256 how) internal {
        TaskId id = _tasks[number].id;
        bytes32 hash = _resultHash(id, _digest(piece.word));
        bytes32 seal = piece.sealed_ ? _resultSeal(piece.who, id, _digest(piece.word)) : bytes32(how);
        (address challenge, bytes memory enclaveSign, bytes memory permit) = _papers(number, piece.who, how);
        if (challenge != address(0)) enclaveSign = _signMessage(enclave, keccak256(abi.encodePacked(hash, seal)));
        _as(piece.who);
        poco.contribute(id, hash, seal, challenge, enclaveSign, permit);
    }

    function _contributeAndFinalize(uint256 number, address who, uint256 how) private {
        TaskId id = _tasks[number].id;
        bytes memory word = _word(_wordOf(how));
        bytes32 hash = _resultHash(id, keccak256(word));
        bytes32 seal = _resultSeal(who, id, keccak256(word));
        (address challenge, bytes memory enclaveSign, bytes memory permit) = _papers(number, who, how);
        if (challenge != address(0)) enclaveSign = _signMessage(enclave, keccak256(abi.encodePacked(hash, seal)));
        vm.recordLogs();
        _as(who);
        poco.contributeAndFinalize(id, keccak256(word), "results", word, challenge, enclaveSign, permit);
    }

    function _push(uint256 number, address who, uint256 how) private {
        DealMemo memory d = _deals[_tasks[number].deal];
        TaskId id = _tasks[number].id;
        (address challenge, bytes memory enclaveSign, bytes memory permit) = _papers(number, who, how);
        bytes32 said = keccak256(d.callback == address(0) ? bytes("results") : _word(_wordOf(how)));
        if (challenge != address(0)) enclaveSign = _signMessage(enclave, keccak256(abi.encodePacked(who, id, said)));
        vm.recordLogs();
        _as(who);
        poco.pushResultBoost(
            d.id,
            _tasks[number].index,
            "results",
            _word(_wordOf(how)),
            permit,
            challenge,
            enclaveSign
        );
    }

    function _abandon(uint256 number) internal view returns (bytes memory) {
        bytes32[] memory ids = new bytes32[](1);
        uint256[] memory indexes = new uint256[](1);
        ids[0] = DealId.unwrap(_deals[_tasks[number].deal].id);
        indexes[0] = _tasks[number].index;
        return abi.encodeWithSelector(poco.initializeAndClaimArray.selector, ids, indexes);
    }

    /// @dev The enclave, where one is needed or liked, and the leave to work in it.
    function _papers(
        uint256 number,
        address who,
        uint256 how
    ) private view returns (address challenge, bytes memory none, bytes memory permit) {
        DealMemo memory d = _deals[_tasks[number].deal];
        if (d.tee || how % 5 == 0) challenge = enclave.addr;
        Account memory authorizer = _brokered && challenge != address(0) ? broker : _accountOf(d.poolOwner);
        permit = _authorize(authorizer, who, _tasks[number].id, challenge);
    }

    // What a contract does that calls back

    /// @dev It fails the task that it is told of, or spends its own money.
    function _plan(uint256 number, uint256 how) private {
        if (_deals[_tasks[number].deal].callback != _consumers[REENTERING]) return;
        bytes memory call = abi.encodeWithSelector(poco.claim.selector, _tasks[number].id);
        if (how % 3 == 0)
            call = abi.encodeWithSelector(
                poco.claimBoost.selector,
                _deals[_tasks[number].deal].id,
                _tasks[number].index
            );
        if (how % 3 == 1)
            call = abi.encodeWithSelector(poco.finalize.selector, _tasks[number].id, "", _word(_tasks[number].word));
        ReenteringConsumer(_consumers[REENTERING]).plan(call);
    }

    function _seePlan(address callback) private {
        if (callback == address(0)) return;
        ++sights["callback"];
        if (callback != _consumers[REENTERING]) return;
        ++sights["callback that calls back"];
        if (ReenteringConsumer(callback).success()) ++breaches;
    }

    // Rules

    function _weightOf(address who) internal view returns (uint256) {
        return scoreOf[who] < 9 ? 2 : scoreOf[who] / 3 - 1;
    }

    /// @dev Whether this result outweighs the others by as much as the deal asks for.
    function _wins(uint256 number, uint256 word, uint256 trust) private view returns (bool) {
        uint256[WORDS] memory groups;
        Piece[] storage pieces = _pieces[number];
        for (uint256 i; i < pieces.length; ++i) {
            if (pieces[i].rejected) continue;
            uint256 before = groups[pieces[i].word];
            groups[pieces[i].word] = (before == 0 ? 1 : before) * pieces[i].weight;
        }
        return groups[word] * trust > (1 + groups[0] + groups[1] + groups[2]) * (trust - 1);
    }

    function _hasContributed(uint256 number, address who) internal view returns (bool) {
        for (uint256 i; i < _pieces[number].length; ++i) if (_pieces[number][i].who == who) return true;
        return false;
    }

    /// @dev Mostly the truth.
    function _wordOf(uint256 how) internal pure returns (uint256) {
        return how % 8 < 5 || how % 8 == 7 ? 0 : (how % 8) - 4;
    }

    function _word(uint256 word) internal pure returns (bytes memory) {
        return [bytes("truth"), bytes("lie"), bytes("error")][word];
    }

    function _digest(uint256 word) internal pure returns (bytes32) {
        return keccak256(_word(word));
    }
}
