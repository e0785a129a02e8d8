// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";
import {Vm} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Vm.sol";

import {ledger} from "../../../contracts/core/Ledger.sol";
import {IEscrowMoves} from "../../../contracts/interfaces/IEscrowMoves.sol";
import {KITTY_ADDRESS} from "../../../contracts/types/Constants.sol";

/// @dev The last law of the books, which no entry point leads to: no move takes more than is there. This contract is the hub.
contract Ledger_Test is Test {
    address internal constant ACCOUNT = address(0xacc);

    function unlock(address account, uint256 amount) external {
        ledger().unlock(account, amount);
    }

    function seize(address account, uint256 amount) external {
        ledger().seize(account, amount, "task");
    }

    function forfeit(address account, uint256 amount) external {
        ledger().forfeit(account, amount, "task");
    }

    function reward(address account, uint256 amount) external {
        ledger().reward(account, amount, "task");
    }

    function settle(address account, uint256 stake, uint256 amount, uint256 points) external {
        ledger().settle(account, stake, amount, points, "task");
    }

    /// @dev What {unlock}, {reward} and a point do in three writes.
    function testFuzz_SettlingIsUnlockingAndRewarding(
        uint96 frozen,
        uint96 stake,
        uint96 amount,
        uint8 points
    ) external {
        frozen = uint96(bound(frozen, 0, type(uint96).max / 2));
        amount = uint96(bound(amount, 0, type(uint96).max / 2));
        stake = uint96(bound(stake, 0, frozen));
        _freeze(frozen);
        uint256 before = vm.snapshotState();
        vm.recordLogs();
        this.unlock(ACCOUNT, stake);
        this.reward(ACCOUNT, amount);
        Vm.Log[] memory expected = vm.getRecordedLogs();
        (uint256 free, uint256 held) = (ledger().freeOf(ACCOUNT), ledger().freeOf(address(this)));
        vm.revertToState(before);

        vm.recordLogs();
        this.settle(ACCOUNT, stake, amount, points);
        ledger().release(stake);
        Vm.Log[] memory heard = vm.getRecordedLogs();
        assertEq(abi.encode(heard), abi.encode(expected), "events");
        assertEq(ledger().freeOf(ACCOUNT), free, "free");
        assertEq(ledger().frozenOf(ACCOUNT), frozen - stake, "frozen");
        assertEq(ledger().freeOf(address(this)), held, "hub");
        assertEq(ledger().accounts[ACCOUNT].score, points, "score");
    }

    function testFuzz_NoMoreIsSettledThanAnAccountHasFrozen(uint96 frozen, uint256 stake) external {
        _freeze(frozen);
        stake = bound(stake, uint256(frozen) + 1, type(uint256).max);

        vm.expectRevert(_insufficient(ACCOUNT, frozen, stake));
        this.settle(ACCOUNT, stake, 0, 1);
    }

    function testFuzz_NoMoreIsSettledThanFitsItsSlot(uint96 frozen, uint256 amount) external {
        _freeze(frozen);
        uint256 available = type(uint96).max - frozen;
        amount = bound(amount, available + 1, type(uint256).max);

        vm.expectRevert(abi.encodeWithSelector(IEscrowMoves.SupplyTooLarge.selector, amount, available));
        this.settle(ACCOUNT, frozen, amount, 1);
    }

    function testFuzz_NoMoreIsTakenThanAnAccountHasFrozen(uint96 frozen, uint256 amount) external {
        _freeze(frozen);
        _assertMostTaken(ACCOUNT, frozen, bound(amount, uint256(frozen) + 1, type(uint256).max));
    }

    /// @dev The lower 96 bits of the amount alone would be there.
    function testFuzz_NoMoreIsTakenThanFitsItsSlot(uint96 frozen, uint256 amount) external {
        _freeze(frozen);
        _assertMostTaken(ACCOUNT, frozen, (1 << 96) + bound(amount, 0, frozen));
    }

    /// @dev What the kitty holds is seized; nothing is ever locked for it by {lock}, so nothing is unlocked.
    function testFuzz_NoMoreIsTakenThanTheKittyHas(uint96 kitty, uint256 amount) external {
        amount = bound(amount, uint256(kitty) + 1, type(uint256).max);
        _freeze(kitty);
        ledger().forfeit(ACCOUNT, kitty, "task");

        vm.expectRevert(_insufficient(KITTY_ADDRESS, kitty, amount));
        this.seize(KITTY_ADDRESS, amount);
        vm.expectRevert(_insufficient(KITTY_ADDRESS, 0, amount));
        this.unlock(KITTY_ADDRESS, amount);

        this.seize(KITTY_ADDRESS, kitty);
        assertEq(ledger().frozenOf(KITTY_ADDRESS), 0, "nothing is left");
    }

    function testFuzz_NoMoreIsHandedOutThanFitsItsSlot(uint256 amount) external {
        amount = bound(amount, 1 << 96, type(uint256).max);

        vm.expectRevert(abi.encodeWithSelector(IEscrowMoves.SupplyTooLarge.selector, amount, type(uint96).max));
        this.reward(ACCOUNT, amount);
    }

    function _freeze(uint256 amount) private {
        ledger().mint(ACCOUNT, amount);
        ledger().lock(ACCOUNT, amount);
    }

    /// @dev `account` has `frozen` taken from it, but not `amount`.
    function _assertMostTaken(address account, uint256 frozen, uint256 amount) private {
        bytes memory reason = _insufficient(account, frozen, amount);
        vm.expectRevert(reason);
        this.unlock(account, amount);
        vm.expectRevert(reason);
        this.seize(account, amount);
        vm.expectRevert(reason);
        this.forfeit(account, amount);

        this.seize(account, frozen);
        assertEq(ledger().frozenOf(account), 0, "nothing is left");
    }

    function _insufficient(address account, uint256 frozen, uint256 amount) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IEscrowMoves.InsufficientFrozen.selector, account, frozen, amount);
    }
}
