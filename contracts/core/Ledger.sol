// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IEscrowMoves} from "../interfaces/IEscrowMoves.sol";
import {KITTY_ADDRESS} from "../types/Constants.sol";

using LedgerLib for Ledger global;

/// @dev One account in one slot, because the balance and the score of a worker change together. Amounts are in nRLC: 96
/// bits hold 900 billion times the supply of RLC.
struct AccountState {
    // slot 0: 12 + 12 + 8
    uint96 free;
    uint96 frozen;
    /// @dev The score of the account as a worker, which {Reputation} maintains.
    uint64 score;
}

/// @dev The SRLC of all accounts. The hub's own free balance is the sum of all frozen amounts. The kitty, which every
/// payout reads, is frozen; its amount is stored in the `frozen` field of the hub's own account, which is otherwise
/// unused.
/// @custom:storage-location erc7201:poco.storage.Ledger
struct Ledger {
    uint256 totalSupply;
    mapping(address account => AccountState) accounts;
    mapping(address owner => mapping(address spender => uint256)) allowances;
}

uint256 constant LEDGER_SLOT = erc7201("poco.storage.Ledger");

function ledger() pure returns (Ledger storage $) {
    uint256 slot = LEDGER_SLOT;
    assembly ("memory-safe") {
        $.slot := slot
    }
}

/// @title LedgerLib
/// @dev The only code that moves SRLC. Every function conserves the supply: an amount moves from one balance to
/// another, or the supply changes by the same amount. Amounts that {seize} takes are pending until {reward} or {settle}
/// pays them out, within the transaction. Every cast to 96 bits follows a comparison with a 96-bit amount.
library LedgerLib {
    // Reading

    function freeOf(Ledger storage self, address account) internal view returns (uint256) {
        return self.accounts[account].free;
    }

    function frozenOf(Ledger storage self, address account) internal view returns (uint256) {
        if (account == address(this)) return 0;
        return self.accounts[_frozenSlotOf(account)].frozen;
    }

    /// @dev Returns the stakes of failed workerpools, in nRLC.
    function kitty(Ledger storage self) internal view returns (uint256) {
        return self.accounts[address(this)].frozen;
    }

    // In and out

    /// @dev Creates `amount` for `account`.
    function mint(Ledger storage self, address account, uint256 amount) internal {
        uint256 supply = self.totalSupply;
        uint256 available = type(uint96).max - supply;
        require(amount <= available, IEscrowMoves.SupplyTooLarge(amount, available));
        require(account != address(0) && account != address(this), IERC20Errors.ERC20InvalidReceiver(account));

        self.totalSupply = supply + amount;
        self.accounts[account].free += uint96(amount);
        emit IERC20.Transfer(address(0), account, amount);
    }

    /// @dev Destroys `amount` of the free balance of `account`.
    function burn(Ledger storage self, address account, uint256 amount) internal {
        _debit(self, account, amount);
        self.totalSupply -= amount;
        emit IERC20.Transfer(account, address(0), amount);
    }

    // Between accounts

    /// @dev Moves `amount` between free balances. The hub cannot receive SRLC, because nobody could ever move it again.
    function transfer(Ledger storage self, address from, address to, uint256 amount) internal {
        require(to != address(0) && to != address(this), IERC20Errors.ERC20InvalidReceiver(to));
        _move(self, from, to, amount);
    }

    /// @dev Allows `spender` to move `amount` of the free balance of `owner`.
    function approve(Ledger storage self, address owner, address spender, uint256 amount) internal {
        require(spender != address(0), IERC20Errors.ERC20InvalidSpender(spender));
        self.allowances[owner][spender] = amount;
        emit IERC20.Approval(owner, spender, amount);
    }

    /// @dev Lowers the allowance of `spender` by `amount`.
    function spend(Ledger storage self, address owner, address spender, uint256 amount) internal {
        uint256 allowed = self.allowances[owner][spender];
        require(amount <= allowed, IERC20Errors.ERC20InsufficientAllowance(spender, allowed, amount));
        self.approve(owner, spender, allowed - amount);
    }

    // The four moves of the escrow

    /// @dev free → frozen.
    function lock(Ledger storage self, address account, uint256 amount) internal {
        AccountState storage state = self.accounts[account];
        (uint256 free, uint256 frozen, uint256 score) = _read(state);
        require(amount <= free, IERC20Errors.ERC20InsufficientBalance(account, free, amount));
        // This cannot overflow: the balances add up to the supply.
        _write(state, free - amount, frozen + amount, score);
        self.accounts[address(this)].free += uint96(amount);
        emit IERC20.Transfer(account, address(this), amount);
        emit IEscrowMoves.Lock(account, amount);
    }

    /// @dev frozen → free.
    function unlock(Ledger storage self, address account, uint256 amount) internal {
        AccountState storage state = self.accounts[account];
        (uint256 free, uint256 frozen, uint256 score) = _read(state);
        require(amount <= frozen, IEscrowMoves.InsufficientFrozen(account, frozen, amount));
        // This cannot overflow: the balances add up to the supply.
        _write(state, free + amount, frozen - amount, score);
        self.accounts[address(this)].free -= uint96(amount);
        emit IERC20.Transfer(address(this), account, amount);
        emit IEscrowMoves.Unlock(account, amount);
    }

    /// @dev Subtracts the stakes that {settle} returned from the hub's own balance, for all accounts at once.
    function release(Ledger storage self, uint256 amount) internal {
        self.accounts[address(this)].free -= uint96(amount);
    }

    /// @dev frozen → pending: the amount belongs to nobody until {reward} or {settle} pays it out, in the same
    /// transaction.
    function seize(Ledger storage self, address account, uint256 amount, bytes32 ref) internal {
        _unfreeze(self, account, amount);
        self.accounts[address(this)].free -= uint96(amount);
        emit IEscrowMoves.Seize(account, amount, ref);
    }

    /// @dev frozen → free for `stake`, pending → free for `amount`, and `points` more for the score, in one write. The
    /// hub's own balance still counts the stake, until {release}.
    function settle(
        Ledger storage self,
        address account,
        uint256 stake,
        uint256 amount,
        uint256 points,
        bytes32 ref
    ) internal {
        AccountState storage state = self.accounts[account];
        (uint256 free, uint256 frozen, uint256 score) = _read(state);
        require(stake <= frozen, IEscrowMoves.InsufficientFrozen(account, frozen, stake));
        // A seized amount fits; anything else is a violated invariant.
        uint256 available = type(uint96).max - free - stake;
        require(amount <= available, IEscrowMoves.SupplyTooLarge(amount, available));
        // This cannot overflow: a score grows by one per task.
        _write(state, free + stake + amount, frozen - stake, score + points);
        emit IERC20.Transfer(address(this), account, stake);
        emit IEscrowMoves.Unlock(account, stake);
        emit IERC20.Transfer(address(this), account, amount);
        emit IEscrowMoves.Reward(account, amount, ref);
    }

    /// @dev pending → free.
    function reward(Ledger storage self, address account, uint256 amount, bytes32 ref) internal {
        // A seized amount fits; anything else is a violated invariant.
        require(amount <= type(uint96).max, IEscrowMoves.SupplyTooLarge(amount, type(uint96).max));
        self.accounts[account].free += uint96(amount);
        emit IERC20.Transfer(address(this), account, amount);
        emit IEscrowMoves.Reward(account, amount, ref);
    }

    /// @dev frozen → the kitty, where it stays frozen. No free balance changes, so no Transfer is emitted.
    function forfeit(Ledger storage self, address account, uint256 amount, bytes32 ref) internal {
        _unfreeze(self, account, amount);
        self.accounts[address(this)].frozen += uint96(amount);
        emit IEscrowMoves.Seize(account, amount, ref);
        emit IEscrowMoves.Reward(KITTY_ADDRESS, amount, ref);
        emit IEscrowMoves.Lock(KITTY_ADDRESS, amount);
    }

    // Private

    /// @dev Returns the fields of an account, read from its slot at once.
    function _read(AccountState storage state) private view returns (uint256 free, uint256 frozen, uint256 score) {
        uint256 word;
        // Safe: reads the slot by the layout of {AccountState}, which `check:storage` and a test of its bytes fix.
        assembly ("memory-safe") {
            word := sload(state.slot)
        }
        return (uint96(word), uint96(word >> 96), word >> 192);
    }

    /// @dev Writes the fields of an account at once; the compiler would write the slot once per member. Callers ensure
    /// that amounts fit 96 bits and scores 64.
    function _write(AccountState storage state, uint256 free, uint256 frozen, uint256 score) private {
        uint256 word = free | (frozen << 96) | (score << 192);
        // Safe: see {_read}.
        assembly ("memory-safe") {
            sstore(state.slot, word)
        }
    }

    /// @dev Returns the account whose slot stores the frozen amount of `account`.
    function _frozenSlotOf(address account) private view returns (address) {
        return account == KITTY_ADDRESS ? address(this) : account;
    }

    /// @dev Subtracts `amount` from the frozen amount. Callers pass amounts that were frozen before: the error means a
    /// violated invariant, not a bad input.
    function _unfreeze(Ledger storage self, address account, uint256 amount) private {
        AccountState storage state = self.accounts[_frozenSlotOf(account)];
        require(amount <= state.frozen, IEscrowMoves.InsufficientFrozen(account, state.frozen, amount));
        state.frozen -= uint96(amount);
    }

    function _move(Ledger storage self, address from, address to, uint256 amount) private {
        _debit(self, from, amount);
        // This cannot overflow: the balances add up to the supply.
        self.accounts[to].free += uint96(amount);
        emit IERC20.Transfer(from, to, amount);
    }

    function _debit(Ledger storage self, address account, uint256 amount) private {
        AccountState storage state = self.accounts[account];
        uint256 available = state.free;
        require(amount <= available, IERC20Errors.ERC20InsufficientBalance(account, available, amount));
        state.free = uint96(available - amount);
    }
}
