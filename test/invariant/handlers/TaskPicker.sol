// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {TaskStatus} from "../../../contracts/types/Task.sol";
import {DealMemo, Piece, TaskMemo} from "./Memos.sol";
import {PayHandler} from "./PayHandler.sol";

/// @dev Finds a task that something can be done for, by the rules: the next one, from where the seed says.
abstract contract TaskPicker is PayHandler {
    /// @dev A task in this state, of this sort of deal, if there is one.
    function _pick(uint256 seed, TaskStatus status, bool boost) internal view returns (bool, uint256) {
        for (uint256 i; i < _tasks.length; ++i) {
            uint256 number = (i + (seed % _tasks.length)) % _tasks.length;
            if (_tasks[number].status == status && _deals[_tasks[number].deal].boost == boost) return (true, number);
        }
        return (false, 0);
    }

    /// @dev A task to contribute to, if there is one: rather one that others began. Some that one worker can do alone are left for that.
    function _pickOpen(uint256 seed) internal view returns (bool found, uint256 number) {
        for (uint256 i; i < _tasks.length; ++i) {
            uint256 candidate = (i + (seed % _tasks.length)) % _tasks.length;
            DealMemo storage d = _deals[_tasks[candidate].deal];
            if (_tasks[candidate].status != TaskStatus.ACTIVE || _time >= d.deadline) continue;
            if (_pieces[candidate].length > 0) return (true, candidate);
            if (!found && (d.trust > 1 || candidate % 2 == 0)) (found, number) = (true, candidate);
        }
    }

    /// @dev A task that one worker can do alone, if there is one.
    function _pickSolo(uint256 seed) internal view returns (bool, uint256) {
        for (uint256 i; i < _tasks.length; ++i) {
            uint256 number = (i + (seed % _tasks.length)) % _tasks.length;
            DealMemo storage d = _deals[_tasks[number].deal];
            if (_tasks[number].status != TaskStatus.ACTIVE || d.trust > 1 || _pieces[number].length > 0) continue;
            if (_time < d.deadline) return (true, number);
        }
        return (false, 0);
    }

    /// @dev A task that its scheduler can finalize, if there is one.
    function _pickDone(uint256 seed) internal view returns (bool, uint256) {
        for (uint256 i; i < _tasks.length; ++i) {
            uint256 number = (i + (seed % _tasks.length)) % _tasks.length;
            TaskMemo storage t = _tasks[number];
            if (t.status != TaskStatus.REVEALING || _time >= _deals[t.deal].finalDeadline) continue;
            (uint256 winners, uint256 revealed) = _tally(number);
            if (revealed > 0 && (revealed == winners || _time >= t.revealDeadline)) return (true, number);
        }
        return (false, 0);
    }

    /// @dev A task whose winners let the time to reveal pass, if there is one.
    function _pickStale(uint256 seed) internal view returns (bool, uint256) {
        for (uint256 i; i < _tasks.length; ++i) {
            uint256 number = (i + (seed % _tasks.length)) % _tasks.length;
            TaskMemo storage t = _tasks[number];
            if (t.status != TaskStatus.REVEALING || _time >= _deals[t.deal].finalDeadline) continue;
            (, uint256 revealed) = _tally(number);
            if (revealed == 0 && _time >= t.revealDeadline) return (true, number);
        }
        return (false, 0);
    }

    /// @dev A task that anyone can claim, if there is one.
    function _pickOverdue(uint256 seed, bool boost) internal view returns (bool, uint256) {
        for (uint256 i; i < _tasks.length; ++i) {
            uint256 number = (i + (seed % _tasks.length)) % _tasks.length;
            DealMemo storage d = _deals[_tasks[number].deal];
            if (_isOver(_tasks[number].status) || d.boost != boost) continue;
            if (_time >= (boost ? d.deadline : d.finalDeadline)) return (true, number);
        }
        return (false, 0);
    }

    function _isWinner(uint256 number, Piece memory piece) internal view returns (bool) {
        return !piece.rejected && piece.word == _tasks[number].word;
    }

    function _tally(uint256 number) internal view returns (uint256 winners, uint256 revealed) {
        for (uint256 i; i < _pieces[number].length; ++i) {
            if (_isWinner(number, _pieces[number][i])) ++winners;
            if (_pieces[number][i].revealed) ++revealed;
        }
    }
}
