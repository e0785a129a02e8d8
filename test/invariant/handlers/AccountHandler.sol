// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Stage} from "./Stage.sol";

/// @dev Everybody as an account holder. What cannot be done now is not tried.
abstract contract AccountHandler is Stage {
    mapping(address owner => mapping(address spender => uint256)) internal _allowances;
    uint256 private _excess;

    function deposit(uint256 seed, uint256 amount) external act {
        _deposit(_person(seed), _bound(amount, 0, 1e9));
        _did();
    }

    /// @dev Pays for somebody else.
    function depositFor(uint256 seed, uint256 target, uint256 amount) external act {
        address account = _person(seed);
        amount = _bound(amount, 0, 1e9);
        deal(address(rlc), account, rlc.balanceOf(account) + amount);
        vm.prank(account);
        rlc.approve(address(poco), amount);
        _as(account);
        poco.depositFor(amount, _person(target));
        freeOf[_person(target)] += amount;
        deposited += amount;
        _did();
    }

    function withdraw(uint256 seed, uint256 amount) external act {
        address account = _person(seed);
        amount = _bound(amount, 0, freeOf[account]);
        _risk(account);
        _as(account);
        poco.withdraw(amount);
        freeOf[account] -= amount;
        withdrawn += amount;
        _did();
    }

    function transfer(uint256 from, uint256 to, uint256 amount) external act {
        address account = _person(from);
        amount = _bound(amount, 0, freeOf[account]);
        _risk(account);
        _as(account);
        poco.transfer(_person(to), amount);
        freeOf[account] -= amount;
        freeOf[_person(to)] += amount;
        _did();
    }

    function approve(uint256 from, uint256 spender, uint256 amount) external act {
        amount = _bound(amount, 0, FUNDS);
        _as(_person(from));
        poco.approve(_person(spender), amount);
        _allowances[_person(from)][_person(spender)] = amount;
        _did();
    }

    function transferFrom(uint256 from, uint256 spender, uint256 to, uint256 amount) external act {
        address account = _person(from);
        spender %= PEOPLE;
        for (uint256 i; i < PEOPLE && _allowances[account][_person(spender)] == 0; ++i) ++spender;
        uint256 most = _allowances[account][_person(spender)];
        if (most > freeOf[account]) most = freeOf[account];
        if (most == 0) return;
        amount = _bound(amount, 1, most);
        _risk(account);
        _consent(account);
        _as(_person(spender));
        poco.transferFrom(account, _person(to), amount);
        _allowances[account][_person(spender)] -= amount;
        freeOf[account] -= amount;
        freeOf[_person(to)] += amount;
        _did();
    }

    /// @dev RLC sent straight to the hub makes no SRLC, until its owner recovers it.
    function donate(uint256 amount, uint256 how) external act {
        amount = _bound(amount, 0, 1e9);
        deal(address(rlc), address(poco), rlc.balanceOf(address(poco)) + amount);
        _excess += amount;
        if (how % 2 == 0) {
            _as(owner.addr);
            poco.recover();
            freeOf[owner.addr] += _excess;
            deposited += _excess;
            _excess = 0;
        }
        _did();
    }

    /// @dev Stakes of pools that failed before, so that the kitty gives a tenth, its least, or its rest.
    function fillKitty(uint256 amount, uint256 how) external act {
        if (how % 3 > 0) return;
        amount = _bound(amount, 0, 15e9);
        _fillKitty(amount);
        frozenOf[kitty] += amount;
        deposited += amount;
        _did();
    }

    /// @dev Mostly a little, now and then until everything is over.
    function wait(uint256 time) external aside {
        _time += time % 4 == 0 ? _bound(time, CLOCK, 12 * CLOCK) : _bound(time, 1, CLOCK);
    }
}
