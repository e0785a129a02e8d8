// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Account as Holding} from "../../../contracts/types/Account.sol";
import {TaskStatus} from "../../../contracts/types/Task.sol";
import {Work} from "../../fixtures/Work.sol";
import {DealMemo, OrderMemo, Piece, TaskMemo} from "./Memos.sol";

/// @dev The people, the time, and a second set of books: what everybody should have, kept by the rules of the protocol and never by
/// looking at the hub's. After each action it looks who lost since the one before, and what moved.
abstract contract Stage is Work {
    uint256 internal constant PEOPLE = 12;
    uint256 internal constant MAX_TASKS = 40;
    uint256 internal constant MAX_OPEN = 8;
    uint256 internal constant ORDERED = 3;
    uint256 private constant FIRST_KITTY = 2.5e9;
    uint256 private constant ORDERS_A_TURN = 4;

    // Counts of what must not happen; each is a law.

    uint256 public unjustLosses;
    uint256 public unjustDebits;
    uint256 public wrongPayouts;
    uint256 public wrongRefunds;
    uint256 public decreases;
    uint256 public illegalMoves;
    uint256 public resurrections;
    uint256 public breaches;

    /// @dev How often an action was called, and how often it did something.
    mapping(bytes4 action => uint256) public called;
    mapping(bytes4 action => uint256) public done;

    /// @dev How often tasks moved so, by kind of deal.
    mapping(bool boost => mapping(TaskStatus from => mapping(TaskStatus to => uint256))) public moves;

    /// @dev How often something worth seeing was seen.
    mapping(string what => uint256) public sights;

    // The books by the rules

    uint256 public deposited;
    uint256 public withdrawn;
    mapping(address account => uint256) public freeOf;
    mapping(address account => uint256) public frozenOf;
    mapping(address account => uint256) public scoreOf;

    DealMemo[] internal _deals;
    TaskMemo[] internal _tasks;
    OrderMemo[] internal _orders;
    mapping(uint256 task => Piece[]) internal _pieces;

    address internal kitty;
    uint256 internal _time = NOW;
    uint256 internal _salt;

    /// @dev Everybody who acts: ten with a key, two wallets that are contracts.
    address[] internal _people;
    mapping(address person => uint256) private _keys;

    /// @dev Everybody who has SRLC, the hub aside: the people first, then the kitty and the owner.
    address[] internal _everybody;

    // What everybody had before the action that runs, which is what they had after the one before, and who agreed to lose by it.
    mapping(address account => Holding) internal _was;
    uint256 internal _era;
    mapping(uint256 era => mapping(address account => bool)) private _mayLose;
    mapping(uint256 era => mapping(address account => bool)) private _agreed;

    /// @dev Time passes only by waiting. Where nothing was done there is nothing to judge.
    modifier act() {
        ++called[msg.sig];
        vm.warp(_time);
        ++_era;
        uint256 before = done[msg.sig];
        _;
        if (done[msg.sig] > before) _judge();
    }

    /// @dev Without a call to the hub.
    modifier aside() {
        ++called[msg.sig];
        ++_era;
        _;
        ++done[msg.sig];
    }

    function setUp() public virtual override {
        super.setUp();
        kitty = poco.kitty_address();
        Account[10] memory known = [
            requester,
            sponsor,
            appProvider,
            dataProvider,
            scheduler,
            worker,
            worker2,
            worker3,
            worker4,
            buyer
        ];
        for (uint256 i; i < known.length; ++i) _welcome(known[i].addr, known[i].key);
        for (uint256 i; i < 2; ++i) {
            _welcome(deployCode("OwnedWallet.sol:OwnedWallet", abi.encode(known[i].addr)), known[i].key);
        }
        _everybody.push(kitty);
        _everybody.push(owner.addr);
        _everybody.push(anyone.addr);
        _fillKitty(FIRST_KITTY);
        deposited = poco.totalSupply();
        frozenOf[kitty] = FIRST_KITTY;
    }

    // People

    function _person(uint256 seed) internal view returns (address) {
        return _people[seed % PEOPLE];
    }

    /// @dev The key that signs for a person, its own or its wallet's owner's.
    function _accountOf(address person) internal view returns (Account memory) {
        return Account(person, _keys[person]);
    }

    /// @dev Acts as `person` for one call, which so agreed to what it does.
    function _as(address person) internal {
        _consent(person);
        vm.prank(person);
    }

    function _consent(address person) internal {
        _agreed[_era][person] = true;
    }

    /// @dev Who is allowed to be poorer after this action.
    function _risk(address person) internal {
        _mayLose[_era][person] = true;
    }

    // The books by the rules

    function _deposit(address account, uint256 amount) internal {
        _fund(account, amount);
        _consent(account);
        freeOf[account] += amount;
        deposited += amount;
        // What it had before this counts from now on.
        _was[account].stake += amount;
    }

    function _afford(address account, uint256 amount) internal {
        uint256 balance = freeOf[account];
        if (balance < amount) _deposit(account, amount - balance);
    }

    function _lock(address account, uint256 amount) internal {
        freeOf[account] -= amount;
        frozenOf[account] += amount;
    }

    function _unlock(address account, uint256 amount) internal {
        frozenOf[account] -= amount;
        freeOf[account] += amount;
    }

    /// @dev Something really happened.
    function _did() internal {
        ++done[msg.sig];
    }

    // Before and after

    /// @dev What everybody has when the curtain rises.
    function _note() internal {
        for (uint256 i; i < _everybody.length; ++i) _was[_everybody[i]] = poco.viewAccount(_everybody[i]);
    }

    /// @dev Looks at everybody who acts, the kitty, the owner and each task that is not over; in turn at one of the others, who never have
    /// anything, at one task that is over, and at some orders.
    function _judge() private {
        for (uint256 i; i < _everybody.length; ++i) {
            if (i <= PEOPLE + 1 || i == _era % _everybody.length) _judgeAccount(_everybody[i]);
        }
        for (uint256 i; i < _tasks.length; ++i) {
            if (i == _era % _tasks.length || !_isOver(_tasks[i].seen)) _judgeTask(_tasks[i]);
        }
        for (uint256 i; i < ORDERS_A_TURN && i < _orders.length; ++i) {
            _judgeOrder(_orders[(_era * ORDERS_A_TURN + i) % _orders.length]);
        }
    }

    function _judgeOrder(OrderMemo storage order) private {
        uint256 consumed = poco.viewConsumed(order.hash);
        if (consumed < order.seen) ++decreases;
        order.seen = consumed;
    }

    function _judgeAccount(address account) private {
        Holding memory has = poco.viewAccount(account);
        Holding memory had = _was[account];
        if (has.stake == had.stake && has.locked == had.locked) return;
        if (has.stake < had.stake && !_agreed[_era][account]) ++unjustDebits;
        if (has.stake + has.locked < had.stake + had.locked && !_mayLose[_era][account]) ++unjustLosses;
        _was[account] = has;
    }

    function _judgeTask(TaskMemo storage task) private {
        TaskStatus before = task.seen;
        TaskStatus current = poco.viewTask(task.id).status;
        if (before == current) return;
        bool boost = _deals[task.deal].boost;
        if (_isOver(before)) ++resurrections;
        if (!_isAllowed(before, current, boost)) ++illegalMoves;
        task.seen = current;
        ++moves[boost][before][current];
    }

    function _isOver(TaskStatus status) internal pure returns (bool) {
        return status == TaskStatus.COMPLETED || status == TaskStatus.FAILED;
    }

    function _isAllowed(TaskStatus from, TaskStatus to, bool boost) private pure returns (bool) {
        if (boost) return from == TaskStatus.UNSET && _isOver(to);
        // Opened and claimed in one call, it is seen FAILED at once.
        if (from == TaskStatus.UNSET) return to == TaskStatus.ACTIVE || to == TaskStatus.FAILED;
        if (from == TaskStatus.ACTIVE) return to == TaskStatus.REVEALING || _isOver(to);
        return from == TaskStatus.REVEALING && (to == TaskStatus.ACTIVE || _isOver(to));
    }

    /// @dev With a score that somebody earned before, so that weights differ.
    function _welcome(address person, uint256 key) private {
        uint256 balance = poco.balanceOf(person);
        if (balance < FUNDS) _fund(person, FUNDS - balance);
        freeOf[person] = FUNDS;
        scoreOf[person] = 7 * _people.length;
        _setScore(person, scoreOf[person]);
        _keys[person] = key;
        _people.push(person);
        _everybody.push(person);
    }
}
