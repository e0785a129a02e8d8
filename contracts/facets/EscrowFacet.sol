// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";

import {ledger} from "../core/Ledger.sol";
import {ownership} from "../core/Ownership.sol";
import {settings} from "../core/Settings.sol";
import {IFacet} from "../diamond/IFacet.sol";
import {IEscrow} from "../interfaces/IEscrow.sol";
import {IMatching} from "../interfaces/IMatching.sol";

/// @title EscrowFacet
/// @dev Calls the RLC token, which is chosen at deployment, is trusted, and calls nobody but the spender of an
/// `approveAndCall`; and the hub itself, for a function that does not depend on its caller.
abstract contract EscrowFacet is IFacet, IEscrow {
    using SafeERC20 for IERC20;

    /// @dev The position of the offset of the request order in the calldata of matchOrders; offsets count from byte 4.
    uint256 private constant REQUEST_OFFSET_AT = 4 + 3 * 32;

    /// @dev The position of the requester in a request order.
    uint256 private constant REQUESTER_AT = 6 * 32;

    /// @inheritdoc IEscrow
    function deposit(uint256 amount) external returns (bool) {
        _deposit(msg.sender, amount, msg.sender);
        _checkBacking();
        return true;
    }

    /// @inheritdoc IEscrow
    function depositFor(uint256 amount, address target) external returns (bool) {
        _deposit(msg.sender, amount, target);
        _checkBacking();
        return true;
    }

    /// @inheritdoc IEscrow
    function depositForArray(uint256[] calldata amounts, address[] calldata targets) external returns (bool) {
        require(amounts.length == targets.length, AmountsMismatch(amounts.length, targets.length));

        for (uint256 i; i < amounts.length; ++i) {
            _deposit(msg.sender, amounts[i], targets[i]);
        }
        _checkBacking();
        return true;
    }

    /// @inheritdoc IEscrow
    function withdraw(uint256 amount) external returns (bool) {
        _withdraw(amount, msg.sender);
        return true;
    }

    /// @inheritdoc IEscrow
    function withdrawTo(uint256 amount, address target) external returns (bool) {
        _withdraw(amount, target);
        return true;
    }

    /// @inheritdoc IEscrow
    function recover() external returns (uint256) {
        ownership().requireOwner();

        uint256 excess = _checkBacking();
        ledger().mint(msg.sender, excess);
        return excess;
    }

    /// @inheritdoc IEscrow
    function receiveApproval(address sender, uint256 amount, address, bytes calldata data) external returns (bool) {
        address token = settings().token;
        require(msg.sender == token, CallerIsNotTheToken(msg.sender, token));

        _deposit(sender, amount, sender);
        _checkBacking();
        if (data.length > 0) _matchOrders(sender, data);
        return true;
    }

    function _deposit(address from, uint256 amount, address target) private {
        address token = settings().depositToken();
        // Safe: the token is trusted and calls nobody. The amount that is credited below has arrived by then, or the
        // transaction reverts.
        bool taken = IERC20(token).trySafeTransferFrom(from, address(this), amount);
        require(taken, TokenNotMoved(from, address(this), amount));

        ledger().mint(target, amount);
    }

    /// @dev Passes when the hub holds RLC for all SRLC (invariant E3), and returns the excess. This refuses a token
    /// that takes a fee. It follows deposits, when the slots that it reads are warm.
    function _checkBacking() private view returns (uint256 excess) {
        address token = settings().token;
        // Safe: a staticcall can change nothing.
        (bool success, bytes32 held, ) = LowLevelCall.staticcallReturn64Bytes(
            token,
            abi.encodeCall(IERC20.balanceOf, (address(this)))
        );
        require(success && LowLevelCall.returnDataSize() >= 32, TokenNotAnswering(token));
        uint256 supply = ledger().totalSupply;
        require(uint256(held) >= supply, SupplyNotBacked(uint256(held), supply));
        return uint256(held) - supply;
    }

    function _withdraw(uint256 amount, address target) private {
        require(target != address(this), IERC20Errors.ERC20InvalidReceiver(target));

        ledger().burn(msg.sender, amount);
        // Safe: the token is trusted, and the ledger is up to date.
        bool paid = IERC20(settings().token).trySafeTransfer(target, amount);
        require(paid, TokenNotMoved(address(this), target, amount));
    }

    /// @dev Runs `data`, which must be a call of matchOrders with a request order of `requester`.
    function _matchOrders(address requester, bytes calldata data) private {
        require(bytes4(data) == IMatching.matchOrders.selector, UnsupportedOperation(bytes4(data)));
        require(_requesterIn(data) == requester, CallerIsNotTheRequester());

        // Safe: the hub's own code, in its own context, and a function that does not depend on its caller.
        (bool success, bytes memory answer) = address(this).delegatecall(data);
        if (success) return;
        require(answer.length > 0, OperationFailed());
        LowLevelCall.bubbleRevert(answer);
    }

    /// @dev Returns the requester named in the calldata of matchOrders.
    function _requesterIn(bytes calldata data) private pure returns (address) {
        require(data.length >= REQUEST_OFFSET_AT + 32, OperationFailed());
        uint256 offset = uint256(bytes32(data[REQUEST_OFFSET_AT:]));
        require(offset <= data.length && data.length - offset >= 4 + REQUESTER_AT + 32, OperationFailed());
        return address(uint160(uint256(bytes32(data[4 + offset + REQUESTER_AT:]))));
    }

    /// @inheritdoc IFacet
    function exportSelectors() public pure virtual returns (bytes memory) {
        return
            bytes.concat(
                IEscrow.deposit.selector,
                IEscrow.depositFor.selector,
                IEscrow.depositForArray.selector,
                IEscrow.withdraw.selector,
                IEscrow.withdrawTo.selector,
                IEscrow.recover.selector,
                IEscrow.receiveApproval.selector
            );
    }
}
